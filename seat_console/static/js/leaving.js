/** Asks before an agent leaves a call by signing out or closing the page: the citizen would lose the agent at once. */
import { gettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @param {() => boolean} isInCall */
export function guardLeaving(isInCall) {
  let isSure = false;
  window.addEventListener("beforeunload", (event) => {
    if (isInCall() && !isSure) event.preventDefault(); // the browser asks in its own words
  });
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[action='/sign-out']"));
  form?.addEventListener("submit", (event) => {
    if (isSure || !isInCall()) return;
    event.preventDefault();
    ask(() => {
      isSure = true;
      form.requestSubmit();
    });
  });
}

/** @param {() => void} leave */
function ask(leave) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog card leaving";
  dialog.setAttribute("aria-labelledby", "leaving-title");
  dialog.addEventListener("close", () => dialog.remove());
  const go = () => {
    dialog.close();
    leave();
  };
  render(
    html`<h2 id="leaving-title">${gettext("You are in a call")}</h2>
    <p>${gettext("If you sign out now, the citizen goes back to the old place in the queue and is told that you had to leave.")}</p>
    <p class="leaving__acts">
      <button class="button button--primary" type="button" autofocus @click=${() => dialog.close()}>${gettext("Stay in the call")}</button>
      <button class="button button--end" type="button" data-leave @click=${go}>${gettext("Sign out all the same")}</button>
    </p>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
}
