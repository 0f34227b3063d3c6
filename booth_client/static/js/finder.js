/** Finds an item by its name, pinyin, initials or other words, as the person types. */
import { facts } from "#booth_client/facts.js";
import { guideView } from "#booth_client/guide.js";
import { say } from "#booth_client/voice.js";
import { faultParts, foundPart } from "#booth_client/voice/front.js";
import { dotted } from "#webui/dots.js";
import { describeError, gettext, language, ngettext } from "#webui/i18n.js";
import { wellFormed } from "#webui/typing.js";
import { html, render } from "#vendor/lit.js";

/** @import { Front } from "#booth_client/welcome.js" */
/** @import { GuideView } from "#signaling/messages.d.ts" */
/** @typedef {{ item: string, name: string, department: string, district: string, kind: string }} Hit */

const PAUSE_MS = 150;
const LIMIT = 8;
const LONG_CODE = /^[0-9A-Z]{31}$/i;

/** @param {Front} front */
export function finder(front) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById("find"));
  const found = /** @type {HTMLElement} */ (document.getElementById("found"));
  const suggestions = [...found.children];
  let asking = new AbortController();
  let timer = 0;

  /** @param {unknown} content */
  function draw(content) {
    for (const child of suggestions) child.remove();
    render(content, found);
  }

  function restore() {
    render(null, found);
    found.append(...suggestions);
  }

  /** @param {string} path */
  async function fetchJson(path) {
    asking.abort();
    asking = new AbortController();
    const answer = await fetch(path, { signal: asking.signal });
    const body = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(), body);
    return body;
  }

  async function search() {
    const words = wellFormed(input.value.trim());
    if (!words) return restore();
    if (LONG_CODE.test(words)) return open(words);
    try {
      const path = `/api/catalogue/search?q=${encodeURIComponent(words)}&limit=${LIMIT}&locale=${language}`;
      const [hits, { districts }] = await Promise.all([fetchJson(path), facts()]);
      say("", { parts: [foundPart(hits.length)], kind: "find" });
      return draw(hitsView(hits, new Map(districts.map(({ id, name }) => [id, name])), open));
    } catch (problem) {
      return refuse(problem);
    }
  }

  /** Show an item's guide; it is then what the call is about. @param {string} item */
  async function open(item) {
    try {
      /** @type {GuideView} */
      const guide = await fetchJson(`/api/items/${encodeURIComponent(item)}?locale=${language}`);
      choose(guide, firstMode(guide));
      found.querySelector("h3")?.focus();
    } catch (problem) {
      refuse(problem);
    }
  }

  /** @param {GuideView} guide @param {"consult" | "coach" | "handle"} mode */
  function choose(guide, mode) {
    front.choose(guide, mode);
    draw(guideView(guide, mode, { choose, back, start: () => front.press() }));
  }

  function back() {
    front.choose(null, "consult");
    if (input.value.trim()) void search();
    else restore();
    input.focus();
  }

  /** @param {any} problem */
  function refuse(problem) {
    if (problem?.name === "AbortError") return;
    front.answered(problem?.code ? "" : undefined);
    say("", { parts: faultParts(problem?.code ?? "unavailable", problem?.params ?? {}), kind: "find" });
    draw(
      html`<p class="notice notice--warn" role="status">${describeError(problem?.code ?? "unavailable", problem?.params)}</p>`,
    );
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(search, PAUSE_MS);
  });
  input.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void search();
  });
  for (const word of found.querySelectorAll("[data-find]")) {
    word.addEventListener("click", () => {
      input.value = word.getAttribute("data-find") ?? "";
      void search();
    });
  }
  front.onReset(() => {
    input.value = "";
    restore();
  });
  const asked = new URLSearchParams(location.search);
  if (asked.get("item")) void open(asked.get("item") ?? "");
  else {
    input.value ||= asked.get("q") ?? "";
    if (input.value.trim()) void search(); // it may have been typed before this script ran
  }
}

/** @param {GuideView} guide @returns {"consult" | "coach" | "handle"} */
function firstMode(guide) {
  return /** @type {"consult"} */ (guide.modes.includes("consult") ? "consult" : (guide.modes[0] ?? "consult"));
}

/** @param {Hit[]} hits @param {Map<string, string>} districts @param {(item: string) => void} open */
function hitsView(hits, districts, open) {
  if (!hits.length) {
    return html`<p class="notice" role="status">${gettext("Nothing found. Try other words – or just press the big button: staff will know.")}</p>`;
  }
  return html`
    <p class="visually-hidden" role="status">${ngettext("{n} service found", "{n} services found", hits.length)}</p>
    <ul class="hits">
      ${hits.map(
        (hit) => html`<li>
          <button class="hit" type="button" @click=${() => open(hit.item)}>
            <span class="hit__name">${hit.name}</span>
            <span class="hit__where">${dotted([districts.get(hit.district), hit.department])}</span>
          </button>
        </li>`,
      )}
    </ul>
  `;
}
