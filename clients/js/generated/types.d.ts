/** Types of what the operations take and answer. Written by `make clients`: change the server's types, not this file. */

/** The subject of a ticket, as its taker said it; the queue carries it and does not read it. */
export interface About {
  readonly number: string;
  readonly item: string;
  readonly item_name: string;
  readonly mode: Mode;
  readonly language: string;
  readonly locale: string;
  readonly channel: Channel;
  readonly site: string;
  readonly site_name: string;
  readonly booth: string;
  readonly collecting_district: string;
  readonly handling_district: string;
  readonly skill: string;
  readonly receipt: string;
  readonly priority: string;
  readonly helper_present: boolean;
  readonly returning: boolean;
}

/** An alarm; `answered_ms` is 0 until an auditor answers it. */
export interface Alarm {
  readonly id: string;
  readonly rule: string;
  readonly actor: string;
  readonly counted: number;
  readonly limit: number;
  readonly raised_ms: number;
  readonly owner: string;
  readonly answered_ms: number;
  readonly answer: string;
}

/** An entry of the trail; `seq` is 0 until it is sealed. */
export interface AuditEntry {
  readonly seq: number;
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  readonly seat: string;
  readonly person: string;
  readonly result: string;
  readonly origin: string;
  readonly request: string;
  readonly id: string;
}

/** Reason for which a seat is set on break. */
export interface Break {
  readonly reason?: PauseReason;
}

/** The matter: where it was collected, who handles it, how it stands. */
export interface CaseRecord {
  readonly state: string;
  readonly collecting_site: string;
  readonly collecting_district: string;
  readonly handling_district: string;
  readonly opened_ms: number;
  readonly changed_ms: number;
  readonly custody: ReadonlyArray<CustodyRecord>;
}

/** Place of the citizen. */
export type Channel = "booth" | "hall" | "native" | "pc" | (string & {});

/** A line of the chat. */
export interface ChatRecord {
  readonly seq: number;
  readonly at_ms: number;
  readonly by: string;
  readonly text: string;
  readonly session: string;
  readonly role: string;
}

/** A number to check. */
export interface CheckAsked {
  readonly kind: "case_no" | "ecert" | "hk_macau_pass" | "hmt_residence" | "impl_code" | "item_code" | "org_code" | "passport" | "phone" | "resident_id" | "taiwan_pass" | "uscc" | (string & {});
  readonly value: string;
}

/** Result of a check. */
export interface Checked {
  readonly ok: boolean;
  readonly normal: string;
  readonly why: "" | "area" | "check" | "date" | "format" | "kind" | "level" | "old" | (string & {});
}

/** An event in its envelope. `sequence` rises within the realm, in the order of commits; `subject` is the matter. `replaces` is the id of the event that this one corrects. Places that an event has none of are left out. */
export interface CloudEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly dataschema: string;
  readonly datacontenttype: string;
  readonly sequence: string;
  readonly replaces?: string;
  readonly collectingdistrict?: string;
  readonly handlingdistrict?: string;
  readonly department?: string;
  readonly site?: string;
  readonly data: unknown;
}

/** Consent given or taken back by the citizen: version and language of the notice, how and when. */
export interface ConsentRecord {
  readonly kind: string;
  readonly given: boolean;
  readonly version: string;
  readonly locale: string;
  readonly how: string;
  readonly at_ms: number;
}

/** The displayable parts of a document: `pages` as pictures, or the `texts` of pages that are not drawn. */
export interface Contents {
  readonly pages: number;
  readonly needs_password: boolean;
  readonly fields: ReadonlyArray<readonly [string, string]>;
  readonly texts: ReadonlyArray<string>;
}

/** Holder of the papers. */
export interface CustodyRecord {
  readonly holder: string;
  readonly since_ms: number;
  readonly by: string;
  readonly courier_number: string;
}

/** A document of the ticket; `wiped_ms` is set when its content is gone. */
export interface DocumentRecord {
  readonly document: string;
  readonly session: string;
  readonly name: string;
  readonly media_type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly purpose: string;
  readonly material: string;
  readonly verdict: string;
  readonly note: string;
  readonly stored_ms: number;
  readonly judged_ms: number | null;
  readonly wiped_ms: number | null;
  readonly uploaded_by: string;
  readonly request: string;
}

/** An entry of the journal about the ticket or the session. */
export interface EventRecord {
  readonly at_ms: number;
  readonly kind: string;
  readonly seat: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** An item's guide: subject, deciding authority, terms, materials, result. `name` is what people call the item, in the reader's language; `official` its name in the law where that is another. */
export interface GuideView {
  readonly item: string;
  readonly name: string;
  readonly official: string;
  readonly department: string;
  readonly district: string;
  readonly kind: string;
  readonly modes: ReadonlyArray<string>;
  readonly cross: string;
  readonly promised_days: number;
  readonly legal_days: number;
  readonly result: string;
  readonly average_min: number;
  readonly impl_code: string;
  readonly materials: ReadonlyArray<MaterialView>;
}

/** An item that a search found. */
export interface Hit {
  readonly item: string;
  readonly name: string;
  readonly department: string;
  readonly district: string;
  readonly kind: string;
  readonly modes: ReadonlyArray<string>;
  readonly closeness: number;
}

/** A kind of event: its name in subscriptions, `type` and `dataschema` of its envelope, JSON Schema of its data. */
export interface KindShown {
  readonly kind: string;
  readonly type: string;
  readonly dataschema: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Waiting tickets of one skill and district. */
export interface LaneView {
  readonly skill: string;
  readonly district: string;
  readonly waiting: number;
  readonly oldest_ms: number;
}

/** A page of the catalogue by id; `after` asks for the next one and is empty at the end. */
export interface Listed {
  readonly items: ReadonlyArray<Hit>;
  readonly after: string;
}

/** A material that the item requires, and how it stands. */
export interface MaterialView {
  readonly key: string;
  readonly name: string;
  readonly required: boolean;
  readonly deferrable: boolean;
  readonly electronic: boolean;
  readonly original: boolean;
  readonly signature: boolean;
  readonly alternative: boolean;
  readonly conditional: boolean;
}

/** Extent of the help; a higher mode needs more authority of the seat. */
export type Mode = "coach" | "consult" | "handle" | (string & {});

/** An id with its name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Outcome of the session. */
export interface OutcomeRecord {
  readonly outcome: string;
  readonly summary: string;
  readonly notice: ReadonlyArray<string>;
  readonly by: string;
  readonly at_ms: number;
  readonly account: string;
  readonly version: number;
}

/** A participant of a session, by its id there. */
export interface ParticipantRecord {
  readonly participant: string;
  readonly who: string;
  readonly place: string;
  readonly joined_ms: number;
  readonly left_ms: number | null;
  readonly absences: number;
  readonly account: string;
  readonly name: string;
  readonly role: string;
}

/** A heading with its text. */
export interface Passage {
  readonly heading: string;
  readonly text: string;
}

/** Reason why a signed-in seat takes no tickets. */
export type PauseReason = "break" | "meal" | "missed" | "other" | "supervisor" | "training" | "window" | (string & {});

/** Public facts about the installation. */
export interface Public {
  readonly districts: ReadonlyArray<Named>;
  readonly sites: ReadonlyArray<SiteInfo>;
  readonly languages: ReadonlyArray<SpokenLanguage>;
  readonly skills: ReadonlyArray<Named>;
  readonly modes: ReadonlyArray<Mode>;
  readonly bad_reasons: ReadonlyArray<string>;
  readonly outcomes: ReadonlyArray<Named>;
  readonly open_now: boolean;
  readonly next_open: string | null;
  readonly waiting: number | null;
  readonly document_max_bytes: number;
  readonly notice: PublicNotice;
}

/** The notice that a citizen agrees to: `version` goes into `consent`, `text` is shown before. */
export interface PublicNotice {
  readonly version: string;
  readonly text: ReadonlyArray<Passage>;
}

/** Rating of the session by the citizen. */
export interface RatingRecord {
  readonly stage: number;
  readonly level: number;
  readonly reasons: ReadonlyArray<string>;
  readonly comment: string;
  readonly at_ms: number;
}

/** A hold of a seat on the ticket; `explain` is JSON and says why this seat. */
export interface ReservationRecord {
  readonly reservation: string;
  readonly seat: string;
  readonly state: string;
  readonly made_ms: number;
  readonly deadline_ms: number | null;
  readonly ended_ms: number | null;
  readonly waited_ms: number;
  readonly reason: string;
  readonly explain: string;
}

/** A workplace that can take tickets. */
export type SeatState = "idle" | "offline" | "paused" | "reserved" | "serving" | "wrap_up" | (string & {});

/** A seat as wallboards and its own agent see it. `until_ms` is set while wrap-up runs. */
export interface SeatView {
  readonly seat: string;
  readonly name: string;
  readonly state: SeatState;
  readonly since_ms: number;
  readonly reason: string;
  readonly until_ms: number;
  readonly district: string;
  readonly site: string;
  readonly duty: string;
  readonly skills: ReadonlyArray<string>;
  readonly languages: ReadonlyArray<string>;
  readonly ticket: string;
  readonly ticket_number: string;
}

/** A session in a list; a ticket that was never answered has an empty `session`. */
export interface SessionLine {
  readonly session: string;
  readonly ticket: string;
  readonly number: string;
  readonly receipt: string;
  readonly day: string;
  readonly arrived_ms: number;
  readonly began_ms: number | null;
  readonly closed_ms: number | null;
  readonly waited_ms: number | null;
  readonly served_ms: number | null;
  readonly seat: string;
  readonly account: string;
  readonly agent: string;
  readonly staff_number: string;
  readonly department: string;
  readonly item: string;
  readonly item_name: string;
  readonly mode: string;
  readonly language: string;
  readonly channel: string;
  readonly site: string;
  readonly booth: string;
  readonly collecting_district: string;
  readonly handling_district: string;
  readonly ticket_state: string;
  readonly state: string;
  readonly case_state: string;
  readonly outcome: string;
  readonly rating: number;
  readonly documents: number;
  readonly priority_claim: string;
}

/** A page of sessions, newest first; `cursor` asks for the next one and is empty at the end. */
export interface SessionPage {
  readonly sessions: ReadonlyArray<SessionLine>;
  readonly cursor: string;
}

/** Everything on record about a session and its ticket. */
export interface SessionRecord {
  readonly line: SessionLine;
  readonly about: About;
  readonly needs: string;
  readonly relaxed: string;
  readonly returns: number;
  readonly why_ended: string;
  readonly helper_present: boolean;
  readonly priority: string;
  readonly active_ms: number | null;
  readonly hung_up_ms: number | null;
  readonly notes: string;
  readonly reservations: ReadonlyArray<ReservationRecord>;
  readonly participants: ReadonlyArray<ParticipantRecord>;
  readonly documents: ReadonlyArray<DocumentRecord>;
  readonly chat: ReadonlyArray<ChatRecord>;
  readonly outcome: OutcomeRecord | null;
  readonly closings: ReadonlyArray<OutcomeRecord>;
  readonly ratings: ReadonlyArray<RatingRecord>;
  readonly consents: ReadonlyArray<ConsentRecord>;
  readonly case: CaseRecord | null;
  readonly events: ReadonlyArray<EventRecord>;
  readonly other_sessions: ReadonlyArray<string>;
}

/** A page of the trail, newest first, and the alarms. */
export interface Shown {
  readonly entries: ReadonlyArray<AuditEntry>;
  readonly alarms: ReadonlyArray<Alarm>;
}

/** A site where booths are. */
export interface SiteInfo {
  readonly id: string;
  readonly name: string;
  readonly district: string;
  readonly kind: string;
}

/** A language of a conversation. */
export interface SpokenLanguage {
  readonly id: string;
  readonly name: string;
  readonly seats: "few" | "many" | "none" | (string & {});
}

/** The floor as it is. `rev` numbers it; deltas name the `rev` they follow. */
export interface WallboardView {
  readonly rev: number;
  readonly at_ms: number;
  readonly seats: ReadonlyArray<SeatView>;
  readonly lanes: ReadonlyArray<LaneView>;
  readonly waiting: number;
  readonly longest_wait_since_ms: number;
  readonly serving: number;
  readonly answered_today: number;
  readonly answered_in_60_s_today: number;
  readonly abandoned_today: number;
  readonly booths_online: ReadonlyArray<string>;
  readonly booths_known: number;
}

/** Codes of refusals. */
export type Code =
  | "bad_csrf" // 403: The CSRF token is missing or wrong; reload the page.
  | "bad_input" // 422: A field's value is invalid; `field` names it, `why` its fault.
  | "bad_key" // 401: The machine's key or token is wrong, too old, ended, or its machine is closed: nobody is told which.
  | "bad_token" // 401: The token is forged, cut, or made for something else: drop it and start anew.
  | "body_refused" // 415: The request's body is compressed (`why` is `encoding`), of many parts (`multipart`) or no UTF-8 (`charset`).
  | "body_too_large" // 413: The body has more than the `max_bytes` bytes that its address takes; only pieces of uploads are large.
  | "body_too_slow" // 408: The request's body did not come within `within_s` seconds; the connection is closed.
  | "busy" // 503: The node has its hands full, for instance with sign-ins; ask again after `retry_after_s` seconds.
  | "clock_wrong" // 503: This node's clock is `off_ms` milliseconds off the queue server's: set it, nothing was changed.
  | "cursor_gone" // 410: Events after this cursor were removed, or it was given by no feed of this ledger: begin at `begin`.
  | "document_incomplete" // 422: The file is cut off or broken: no viewer shows it whole.
  | "document_locked" // 422: The file opens with a password only; `tried` tells that the one in `Document-Password` was wrong.
  | "document_not_found" // 404: No such document, or not yours to see.
  | "document_too_detailed" // 422: The file has more than `max_points` points or `max_pages` pages, or is too much to open: send a smaller one.
  | "failure" // 500: A bug on our side; tell the operator the request's id.
  | "ledger_unavailable" // 503: The database does not answer; accepted events are in the journal and will be recorded.
  | "method_not_allowed" // 405: The address has no such method; the `Allow` header lists those it has.
  | "not_allowed" // 403: The asker is known but may not do this.
  | "not_found" // 404: No object has this id, or the asker may not know that it exists.
  | "port_not_set" // 503: The operator has not connected a system to the port `port`.
  | "port_unavailable" // 503: The system behind the port `port` gave no answer that can be believed (`why`); a kept call goes on by itself.
  | "queue_unavailable" // 503: Redis does not answer; calls go on, nothing was changed.
  | "seat_not_found" // 404: No such seat is on record or signed in.
  | "session_not_found" // 404: No such session, or not yours.
  | "sign_in_required" // 401: No valid login came with the request; sign in and ask again.
  | "storage_full" // 503: The file store keeps its last room for documents that are on their way; begin the upload later.
  | "storage_unavailable" // 503: The file store does not answer or is full; the upload can be resumed.
  | "token_expired" // 401: The token was good but its time is over: drop it and start anew.
  | "too_many_sockets" // 503: This address, or all together, hold as many sockets as the node serves: wait `retry_after_s` seconds.
  | "too_many_tries" // 429: Wait `retry_after_s` seconds before the next try.
  | "unavailable" // 503: Redis, SQL or the node cannot serve just now: 503 with Retry-After, or close 1013.
  | "unknown_booth" // 404: The booth code is wrong, used up or expired; ask the operator for a new one.
  | "unknown_item" // 404: The catalogue has no such item; search again.
  | "unknown_site" // 404: The catalogue has no such site.
  | "wrong_host" // 421: The request asks for a host that is none of this installation's names (`WINDOW_HOSTS`).
  | (string & {});
