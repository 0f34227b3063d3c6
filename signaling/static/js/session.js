/** What the numbered events make of a session's view: the twin of `protocol/session_events.py`; pure. */
/** @import { ConsentChanged, ConsentView, DocumentView, SessionEventFrame, SessionView, VerdictGiven } from "#signaling/messages.d.ts" */
/** @typedef {{ [E in SessionEventFrame as E["type"]]: (view: SessionView, event: E) => Partial<SessionView> }} Folds */

/** What each kind of event changes in a view. @type {Folds} */
const FOLDS = {
  chatted: ({ chat }, { by, text, at_ms }) => ({ chat: [...chat, { by, text, at_ms }] }),
  document_stored: ({ documents }, { document }) => ({ documents: withDocument(documents, document) }),
  verdict_given: ({ documents }, event) => ({ documents: documents.map((each) => judged(each, event)) }),
  still_requested: ({ stills }, { request, material = "" }) => ({
    stills: [...stills.filter((each) => !each.why && each.request !== request), { request, material, why: "" }],
  }),
  still_answered: ({ stills }, { request, why }) => ({
    stills: why
      ? stills.map((each) => (each.request === request ? { ...each, why } : each))
      : stills.filter((each) => each.request !== request),
  }),
  session_moved: ({ participants }, { state, here, at_ms }) => ({
    state: /** @type {SessionView["state"]} */ (state),
    participants: participants.map((each) =>
      each.here === here.includes(each.id) ? each : { ...each, here: !each.here, since_ms: at_ms },
    ),
  }),
  participant_joined: ({ participants }, { participant, at_ms }) => ({
    participants: [
      ...participants.filter((each) => each.id !== participant.id),
      { ...participant, here: true, since_ms: at_ms },
    ],
  }),
  participant_left: ({ participants }, { participant }) => ({
    participants: participants.filter((each) => each.id !== participant),
  }),
  notes_kept: (_view, { text }) => ({ notes: text }),
  agent_introduced: ({ participants }, { name, staff_number = "", department = "" }) => ({
    participants: participants.map((each) => (each.id === "seat" ? { ...each, name } : each)),
    agent_name: name,
    staff_number,
    department,
  }),
  consent_changed: ({ consents = [] }, event) => ({ consents: withConsent(consents, event) }),
  priority_confirmed: (_view, { confirmed }) => ({ priority_claim: confirmed ? "confirmed" : "refused" }),
  hung_up: () => ({ hung_up: true, stills: [] }),
  session_closed: (_view, { outcome, summary = "", notice = [] }) => ({
    state: "closed",
    outcome,
    summary,
    notice,
    stills: [],
    version: 1,
  }),
  closing_amended: ({ version = 0 }, { outcome, summary = "", notice = [] }) => ({
    outcome,
    summary,
    notice,
    version: Math.max(version, 1) + 1,
  }),
};

/**
 * Tell whether a frame is a numbered event of a session.
 *
 * @param {{ type: string }} frame
 * @returns {frame is SessionEventFrame}
 */
export function isSessionEvent(frame) {
  return Object.hasOwn(FOLDS, frame.type);
}

/**
 * Tell whether a participant has a page open; of one who is not known that is true.
 *
 * @param {Pick<SessionView, "participants">} view
 * @param {string} id
 */
export function isHere({ participants }, id) {
  return participants.find((each) => each.id === id)?.here ?? true;
}

/**
 * Return the name of a participant; nothing where it has none or has left.
 *
 * @param {Pick<SessionView, "participants">} view
 * @param {string} id
 */
export function nameOf({ participants }, id) {
  return participants.find((each) => each.id === id)?.name ?? "";
}

/**
 * Return the view after one event; one that is in it already changes nothing.
 *
 * @param {SessionView} view
 * @param {SessionEventFrame} event
 * @returns {SessionView}
 */
export function apply(view, event) {
  if (event.seq <= view.seq) return view;
  const fold = /** @type {(view: SessionView, event: SessionEventFrame) => Partial<SessionView>} */ (FOLDS[event.type]);
  return { ...view, ...fold(view, event), seq: event.seq };
}

/**
 * Return the view as a server of the release before would have sent it whole.
 *
 * @param {SessionView} view
 * @returns {SessionView}
 */
export function complete(view) {
  return { ...view, stills: view.stills ?? [], hung_up: view.hung_up ?? false, consents: view.consents ?? [] };
}

/** Of two words about one kind the later counts. @param {readonly ConsentView[]} consents @param {ConsentChanged} event */
function withConsent(consents, { kind, given, version, given_ms }) {
  const known = consents.find((each) => each.kind === kind);
  if (known && known.at_ms > given_ms) return consents;
  const now = { kind, given, version, at_ms: given_ms };
  return known ? consents.map((each) => (each === known ? now : each)) : [...consents, now];
}

/** @param {readonly DocumentView[]} documents @param {DocumentView} document */
function withDocument(documents, document) {
  const isKnown = documents.some((each) => each.document === document.document);
  return isKnown
    ? documents.map((each) => (each.document === document.document ? document : each))
    : [...documents, document];
}

/** @param {DocumentView} document @param {VerdictGiven} event @returns {DocumentView} */
function judged(document, { document: id, verdict, note }) {
  return document.document === id ? { ...document, verdict, note: note ?? "" } : document;
}
