/** Carries out what the desk's elements ask for: each wish is one command to the server. */
/** @import { Channel } from "#signaling/channel.js" */
/** @import { DeskLink } from "#seat_console/desk-link.js" */
/** @import { PauseReason, Verdict } from "#signaling/messages.d.ts" */
import { asFault } from "#signaling/faults.js";
import { describeError, gettext } from "#webui/i18n.js";

/** @typedef {{ text: string, sent?: () => void, saved?: () => void, failed?: () => void }} Text */
/** @typedef {{ outcome: string, summary: string, missing: string[], done: () => void, failed: () => void }} Closing */

export class DeskActs {
  #channel;
  #link;
  #say;

  /**
   * @param {EventTarget} root
   * @param {Channel} channel
   * @param {DeskLink} link
   * @param {(sentence: string) => void} say shows a refusal to the agent
   */
  constructor(root, channel, link, say) {
    this.#channel = channel;
    this.#link = link;
    this.#say = say;
    this.#listen(root);
  }

  /** @param {EventTarget} root */
  #listen(root) {
    /** @type {Record<string, (detail: any) => void>} */
    const wishes = {
      "desk-ready": () => this.ready(),
      "desk-pause": (/** @type {PauseReason} */ reason) => this.#send({ type: "pause", reason }),
      "desk-accept": () => this.accept(),
      "desk-decline": (/** @type {string} */ reason) => this.decline(reason),
      "desk-claim": (/** @type {string} */ ticket) => this.#send({ type: "claim", ticket }),
      "call-chat": (/** @type {Text} */ chat) => this.#send({ type: "chat", text: chat.text }, chat.sent),
      "call-still": (/** @type {string} */ material) => this.#send({ type: "request_still", material }),
      "call-verdict": (/** @type {{ document: string, verdict: Verdict, note: string }} */ given) =>
        this.#send({ type: "give_verdict", ...given }),
      "call-notes": (/** @type {Text} */ notes) =>
        this.#send({ type: "notes", text: notes.text }, notes.saved, notes.failed),
      "call-priority": (/** @type {boolean} */ confirmed) => this.#send({ type: "confirm_priority", confirmed }),
      "call-close": (/** @type {Closing} */ { failed, ...closing }) =>
        this.#send({ type: "close_session", ...closing }, undefined, failed),
      "call-amend": (/** @type {Closing} */ { done, failed, ...closing }) => {
        const told = () => {
          done();
          this.#say(gettext("Corrected. The citizen's page shows it."));
        };
        void this.#send({ type: "amend_closing", ...closing }, told, failed);
      },
      "desk-extend": (/** @type {number} */ for_s) => this.#send({ type: "extend_wrap_up", for_s }),
    };
    for (const [name, act] of Object.entries(wishes))
      root.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
  }

  /** What was typed last goes first: with wrap-up it would be too late. */
  ready() {
    document.querySelector("notes-box")?.flush();
    void this.#send({ type: "ready" });
  }

  accept() {
    const ringing = this.#link.desk.ringing;
    if (ringing) void this.#send({ type: "accept", reservation: ringing.reservation, fence: ringing.fence });
  }

  /** @param {string} reason */
  decline(reason) {
    const ringing = this.#link.desk.ringing;
    if (ringing) void this.#send({ type: "decline", reservation: ringing.reservation, fence: ringing.fence, reason });
  }

  /**
   * @param {Parameters<Channel["send"]>[0]} command
   * @param {() => void} [done]
   * @param {() => void} [failed]
   */
  async #send(command, done, failed) {
    try {
      await this.#channel.send(command);
      done?.();
    } catch (problem) {
      const { code, params } = asFault(problem);
      this.#say(describeError(code, params));
      failed?.();
    }
  }
}
