/** `<chat-box>`: the text chat; Enter sends, the newest line stays in view. */
/** @import { Call } from "#seat_console/call.js" */
/** @import { ChatLine } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { Earlier } from "#signaling/earlier.js";
import { nameOf } from "#signaling/session.js";
import { describeError, gettext } from "#webui/i18n.js";
import { isSeen } from "#webui/typing.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { timeOfDay } from "#seat_console/times.js";

const TEXT_MAX = 2000;

export class ChatBox extends Panel {
  static properties = { lines: { attribute: false }, call: { attribute: false }, isOver: { attribute: false } };

  constructor() {
    super();
    /** @type {ReadonlyArray<ChatLine>} */
    this.lines = [];
    /** @type {Call | null} */
    this.call = null;
    /** Whether the call is over: then the lines are only read. */
    this.isOver = false;
    this.count = 0;
    this.earlier = new Earlier(
      () => "",
      () => this.requestUpdate(),
    );
  }

  /** @override */
  willUpdate() {
    if (this.call) this.earlier.follow(this.call);
  }

  /** @override */
  updated() {
    if (this.count === this.lines.length) return;
    this.count = this.lines.length;
    const list = this.querySelector(".chat__log");
    list?.scrollTo({ top: list.scrollHeight });
  }

  /** @override */
  render() {
    return html`
      <section class="chat" aria-label=${gettext("Chat")}>
        <div class="chat__log" role="log" aria-live="polite" tabindex="0" aria-label=${gettext("Chat")}>${this.more()}<ol class="chat__lines">
          ${this.lines.length ? nothing : html`<li class="chat__none">${gettext("Write what is hard to hear: numbers, addresses, links.")}</li>`}
          ${[...this.earlier.lines, ...this.lines].map(
            (each) => html`
              <li class="chat__line chat__line--${each.by}">
                <span class="chat__by">${this.writer(each)} ${timeOfDay(each.at_ms)}</span>
                <span class="chat__text">${each.text}</span>
              </li>
            `,
          )}
        </ol></div>
        <form class="chat__form" ?hidden=${this.isOver} @submit=${this.send}>
          <label class="visually-hidden" for="chat-text">${gettext("Message")}</label>
          <input class="input" id="chat-text" name="text" maxlength=${TEXT_MAX} autocomplete="off" placeholder=${gettext("Message (C)")}>
          <button class="button" aria-label=${gettext("Send")}>${icon("send")}</button>
        </form>
      </section>
    `;
  }

  /** Who wrote a line. @param {ChatLine} line */
  writer({ by }) {
    if (by === "seat") return gettext("Me");
    if (by === "citizen") return gettext("Citizen");
    return (this.call && nameOf(this.call, by)) || gettext("Another participant");
  }

  /** The way to lines that are too old for the snapshot. */
  more() {
    const { earlier } = this;
    if (!earlier.hasMore && !earlier.fault) return nothing;
    return html`
      ${earlier.fault ? html`<p role="alert">${describeError(earlier.fault.code, earlier.fault.params)}</p>` : nothing}
      <button class="button chat__earlier" type="button" ?disabled=${earlier.isBusy} @click=${() => earlier.more()}>${gettext("Show earlier lines")}</button>
    `;
  }

  /** @param {SubmitEvent} event */
  send(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.querySelector("#chat-text"));
    const text = field.value.trim();
    if (!isSeen(text)) return;
    // The field is emptied only once the server has the line: see `sent`.
    this.tell("call-chat", {
      text,
      sent: () => {
        if (field.value.trim() === text) field.value = "";
      },
    });
  }
}

customElements.define("chat-box", ChatBox);
