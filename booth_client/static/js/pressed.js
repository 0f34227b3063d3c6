/** A press of the button before this script ran: the form was sent, and the server put it into a cookie for one page. */

/**
 * Take the press, if there was one, with what was chosen beside it. It counts once: no reload, bookmark or restored tab
 * takes a ticket, and an address that asks for one (`?start`, of earlier releases) only shows the page.
 */
export function pressedBefore() {
  forgetAddress();
  const wishes = takeCookie();
  if (!wishes) return false;
  const [spoken = "", ...ticks] = wishes.split(".");
  const form = /** @type {HTMLFormElement} */ (document.getElementById("start"));
  for (const field of form.querySelectorAll("input")) {
    if (field.type === "radio") field.checked = field.value === spoken;
    else field.checked = ticks.includes(field.name);
  }
  return true;
}

function takeCookie() {
  try {
    const wishes = /(?:^|; )pressed=([\w.]+)/.exec(document.cookie)?.[1] ?? "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is younger than the browsers we serve
    if (wishes) document.cookie = `pressed=; max-age=0; path=${location.pathname}`;
    return wishes;
  } catch {
    return ""; // cookies are forbidden
  }
}

function forgetAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("start")) return;
  address.searchParams.delete("start");
  history.replaceState(history.state, "", address);
}
