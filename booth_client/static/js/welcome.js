/** The first face: the one button and what goes with it. The server draws it; here it comes alive. */
import { bring } from "#booth_client/later.js";
import { describeError, gettext } from "#webui/i18n.js";

/** @import { Facts } from "#booth_client/facts.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @import { ServiceFault } from "#signaling/faults.js" */
/** @import { GuideView } from "#signaling/messages.d.ts" */
/** @typedef {ReturnType<typeof welcome>} Front */
/** @typedef {"consult" | "coach" | "handle"} Mode */
/** @typedef {{ facts?: Facts | null, seats?: string }} Known what was told last: of the hours, and how many know the language */
/** @typedef {{ fault: ServiceFault | null, guide: GuideView | null } & Known} Reading what stands on the first face beside the button */

const GUIDE_LIMIT_MS = 3_000;
const NOT_THIS_ITEM = /^(never_served|mode_not_offered|unknown_item)$/;

/** @param {Visit} visit @param {boolean} isBooth @param {() => void} [read] reads the face aloud, where that is switched on */
export function welcome(visit, isBooth, read = () => {}) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("start"));
  const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
  /** @type {{ guide: GuideView | null, mode: Mode }} */
  const chosen = { guide: null, mode: "consult" };

  /** The item that the address names, until its guide has come or the server refused it. */
  let coming = new URLSearchParams(location.search).get("item") ?? "";
  let isAsked = coming !== "";
  let settled = () => {};
  let isPressed = false;

  /** Press the button; a press that comes before the guide of the address's item waits for it, a moment at most.
   * @param {"normal" | "priority" | "sos"} [urgency] */
  function press(urgency) {
    if (!isAsked) return take(urgency);
    if (isPressed) return;
    isPressed = true;
    const guide = new Promise((resolve) => {
      settled = () => resolve(undefined);
    });
    setTimeout(answered, GUIDE_LIMIT_MS);
    void guide.then(() => take(urgency));
  }

  /** @param {"normal" | "priority" | "sos"} [urgency] */
  function take(urgency) {
    isPressed = false;
    const fields = new FormData(form);
    const priority = urgency ?? (fields.has("priority") ? "priority" : "normal");
    void visit.press({
      item: chosen.guide?.item ?? coming,
      itemName: chosen.guide?.name ?? "",
      mode: chosen.guide ? chosen.mode : "consult",
      language: String(fields.get("spoken") ?? "cmn"),
      site: new URLSearchParams(location.search).get("site") ?? "",
      priority,
      helper: isBooth && fields.has("helper"),
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press();
  });

  /** Take an item as what the call is about, or none. @param {GuideView | null} guide @param {Mode} mode */
  function choose(guide, mode) {
    const isNew = guide !== null && guide !== chosen.guide;
    chosen.guide = guide;
    chosen.mode = mode;
    answered("");
    const label = form.querySelector("[data-start-label]");
    const more = form.querySelector("[data-start-more]");
    if (label) label.textContent = gettext("Talk to someone by video");
    if (more) {
      more.textContent = guide
        ? gettext("About: {item}", { item: guide.name })
        : gettext("No account, no typing, free call");
    }
    if (isNew) read();
  }

  /** No press waits for a guide any more; an item that the network kept back is still what the call is about.
   * @param {string} [item] */
  function answered(item = coming) {
    coming = item;
    isAsked = false;
    settled();
  }

  /** @type {ServiceFault | null} */
  let told = null;

  /** @param {ServiceFault} fault @param {string} [words] what is said of it, if not the words of its code */
  function trouble(fault, words = describeError(fault.code, fault.params)) {
    if (fault === told) return;
    told = fault;
    read();
    // With the item still chosen, the big button would be refused in the same words for ever.
    if (NOT_THIS_ITEM.test(fault.code)) choose(null, "consult");
    if (fault.code === "closed_now") {
      bring(() => import("#booth_client/closed.js")).then(({ showClosed }) => {
        if (told === fault) showClosed(notice, fault.params.next_open, { search, check, hasReceipts: !isBooth });
      });
      return;
    }
    const box = document.createElement("p");
    box.className = "notice notice--warn";
    box.tabIndex = -1;
    box.textContent = words;
    notice.replaceChildren(box);
    // The button may have been pressed far below: nobody should have to look for the answer.
    box.focus();
  }

  const search = () => document.getElementById("find")?.focus();
  const check = () => document.querySelector("[data-check]")?.dispatchEvent(new MouseEvent("click"));

  /** Show what went wrong, or what is no longer wrong. @param {Visit} current */
  function show(current) {
    if (current.fault) trouble(current.fault);
    else calm();
  }

  function calm() {
    told = null;
    notice.replaceChildren();
  }

  /** @type {Array<() => void>} */
  const resets = [];

  /** Forget all that was chosen, for the next person. */
  function reset() {
    form.reset();
    settled = () => {}; // a press that still waits is the last person's
    isPressed = false;
    choose(null, "consult");
    for (const step of resets) step();
    calm();
    window.scrollTo({ top: 0 });
  }

  /** @type {Known} */
  const known = {};

  /** @returns {Reading} */
  const reading = () => ({ fault: told, guide: chosen.guide, ...known });

  return {
    form,
    press,
    choose,
    answered,
    show,
    trouble,
    reset,
    reading,
    known,
    onReset: (/** @type {() => void} */ step) => resets.push(step),
  };
}
