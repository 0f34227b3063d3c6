/** The notices as a dialog, so that nobody leaves the page for them; without a script they are pages of their own. */
import { readFace, say } from "#booth_client/voice.js";
import { gettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @type {HTMLDialogElement | null} */
let dialog = null;

/** @param {string} name `privacy` or `accessibility` */
export function openNotice(name) {
  const text = document.getElementById(`notice-${name}`);
  if (!(text instanceof HTMLTemplateElement)) return;
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "dialog dialog--long card";
    dialog.addEventListener("close", () => void readFace());
    document.body.append(dialog);
  }
  const close = () => dialog?.close();
  render(
    html`<div class="stack">${document.importNode(text.content, true)}
      <button class="button button--primary button--wide" type="button" @click=${close}>${gettext("Close")}</button></div>`,
    dialog,
  );
  dialog.setAttribute("aria-label", text.dataset.title ?? "");
  dialog.showModal();
  say("", {
    parts: [...text.content.querySelectorAll("h1, h2, h3, p, li")].flatMap(linePart),
    kind: "notice",
    rank: "face",
  });
}

/** A line by its fixed sentence, the realm's own words as they are; heads of the fixed part are not read. @param {Element} line @returns {import("#booth_client/voice/queue.js").Part[]} */
function linePart(line) {
  if (!(line instanceof HTMLElement)) return [];
  const { said, n } = line.dataset;
  if (said === undefined) return [{ text: line.textContent ?? "" }];
  return said ? [{ id: said, params: { n } }] : [];
}

document.addEventListener("person:gone", () => dialog?.close());
