// Written by `make messages` from protocol/; change the structs there, not this file.

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

export interface Accept {
  readonly type: "accept";
  readonly id: string;
  readonly reservation: string;
  readonly fence: number;
}

export interface AgentIntroduced {
  readonly type: "agent_introduced";
  readonly seq: number;
  readonly at_ms: number;
  readonly name: string;
  readonly staff_number: string;
  readonly department: string;
}

export interface AlertView {
  readonly ticket: string;
  readonly about: About;
  readonly waited_s: number;
}

export interface Alerts {
  readonly type: "alerts";
  readonly alerts: ReadonlyArray<AlertView>;
}

export interface AmendClosing {
  readonly type: "amend_closing";
  readonly id: string;
  readonly outcome: string;
  readonly summary?: string;
  readonly missing?: ReadonlyArray<string>;
}

export interface CallBack {
  readonly type: "call_back";
  readonly id: string;
  readonly at_ms: number;
}

export interface Candidate {
  readonly type: "candidate";
  readonly to: string;
  readonly from?: string;
  readonly epoch: number;
  readonly candidate: string;
  readonly mid?: string;
  readonly line?: number;
}

export type Channel = "booth" | "pc" | "native" | "hall";

export interface Chat {
  readonly type: "chat";
  readonly id: string;
  readonly text: string;
}

export interface ChatLine {
  readonly by: string;
  readonly text: string;
  readonly at_ms: number;
}

export interface Chatted {
  readonly type: "chatted";
  readonly seq: number;
  readonly at_ms: number;
  readonly by: string;
  readonly text: string;
}

export interface Claim {
  readonly type: "claim";
  readonly id: string;
  readonly ticket: string;
}

export interface CloseSession {
  readonly type: "close_session";
  readonly id: string;
  readonly outcome: string;
  readonly summary?: string;
  readonly missing?: ReadonlyArray<string>;
}

export interface ClosingAmended {
  readonly type: "closing_amended";
  readonly seq: number;
  readonly at_ms: number;
  readonly outcome: string;
  readonly receipt: string;
  readonly summary: string;
  readonly notice: ReadonlyArray<string>;
}

export interface ComeBack {
  readonly type: "come_back";
  readonly id: string;
  readonly receipt: string;
}

export interface ConfirmPriority {
  readonly type: "confirm_priority";
  readonly id: string;
  readonly confirmed: boolean;
}

export interface Consent {
  readonly type: "consent";
  readonly id: string;
  readonly kind: ConsentKind;
  readonly given: boolean;
  readonly version: string;
  readonly how?: ConsentHow;
}

export interface ConsentChanged {
  readonly type: "consent_changed";
  readonly seq: number;
  readonly at_ms: number;
  readonly kind: ConsentKind;
  readonly given: boolean;
  readonly version: string;
  readonly given_ms: number;
  readonly how: ConsentHow;
}

export type ConsentHow = "touch" | "voice" | "guide";

export type ConsentKind = "service" | "sound" | "picture" | "recording" | "face";

export interface ConsentView {
  readonly kind: ConsentKind;
  readonly given: boolean;
  readonly version: string;
  readonly at_ms: number;
}

export interface Decline {
  readonly type: "decline";
  readonly id: string;
  readonly reservation: string;
  readonly fence: number;
  readonly reason?: string;
}

export interface Description {
  readonly type: "description";
  readonly to: string;
  readonly from?: string;
  readonly epoch: number;
  readonly kind: "answer" | "offer";
  readonly sdp: string;
}

export interface Dismiss {
  readonly type: "dismiss";
  readonly id: string;
  readonly participant: string;
}

export interface DocumentStored {
  readonly type: "document_stored";
  readonly seq: number;
  readonly at_ms: number;
  readonly document: DocumentView;
}

export interface DocumentView {
  readonly document: string;
  readonly name: string;
  readonly media_type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly purpose: Purpose;
  readonly material: string;
  readonly verdict: Verdict | null;
  readonly note: string;
  readonly stored_ms: number;
  readonly pages: number;
  readonly needs_password: boolean;
  readonly located: boolean;
  readonly by: string;
}

export interface Done {
  readonly type: "done";
  readonly id: string;
}

export interface Error {
  readonly type: "error";
  readonly id: string;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly retry: "new_id" | "no" | "same_id";
}

export interface ExtendWrapUp {
  readonly type: "extend_wrap_up";
  readonly id: string;
  readonly for_s?: number;
}

export interface GiveVerdict {
  readonly type: "give_verdict";
  readonly id: string;
  readonly document: string;
  readonly verdict: Verdict;
  readonly note?: string;
}

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

export interface HangUp {
  readonly type: "hang_up";
  readonly id: string;
}

export interface Hello {
  readonly type: "hello";
  readonly version: number;
  readonly role: "citizen" | "participant" | "seat" | "wallboard";
  readonly token?: string;
  readonly booth?: string;
  readonly resume?: string;
  readonly last_seq?: number;
  readonly locale?: "en" | "zh-Hans" | "zh-Hant";
  readonly take_over?: boolean;
}

export interface HoldPlace {
  readonly type: "hold_place";
  readonly id: string;
  readonly for_s?: number;
}

export interface HungUp {
  readonly type: "hung_up";
  readonly seq: number;
  readonly at_ms: number;
}

export interface IceRefresh {
  readonly type: "ice_refresh";
  readonly ice_servers: ReadonlyArray<IceServer>;
  readonly ice_ttl_s: number;
  readonly ice_policy: "all" | "relay";
}

export interface IceServer {
  readonly urls: ReadonlyArray<string>;
  readonly username: string;
  readonly credential: string;
}

export interface Invite {
  readonly type: "invite";
  readonly id: string;
  readonly role: "expert" | "family" | "interpreter" | "observer";
  readonly name: string;
}

export interface Invited {
  readonly type: "invited";
  readonly id: string;
  readonly participant: string;
  readonly invitation: string;
  readonly expires_ms: number;
}

export interface LaneView {
  readonly skill: string;
  readonly district: string;
  readonly waiting: number;
  readonly oldest_ms: number;
}

export interface LeaveQueue {
  readonly type: "leave_queue";
  readonly id: string;
}

export interface LeaveSession {
  readonly type: "leave_session";
  readonly id: string;
}

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

export interface MediaReady {
  readonly type: "media_ready";
  readonly to: string;
  readonly from?: string;
  readonly epoch?: number;
}

export interface MediaRestart {
  readonly type: "media_restart";
  readonly to: string;
  readonly from?: string;
  readonly epoch: number;
  readonly renew?: boolean;
}

export interface MediaState {
  readonly type: "media_state";
  readonly to: string;
  readonly from?: string;
  readonly slot: Slot;
  readonly on: boolean;
  readonly turn?: 0 | 90 | 180 | 270;
}

export interface MediaUp {
  readonly type: "media_up";
  readonly id: string;
  readonly of: string;
  readonly epoch: number;
  readonly after_ms?: number;
}

export type Mode = "consult" | "coach" | "handle";

export interface Notes {
  readonly type: "notes";
  readonly id: string;
  readonly text: string;
}

export interface NotesKept {
  readonly type: "notes_kept";
  readonly seq: number;
  readonly at_ms: number;
  readonly text: string;
}

export interface ParticipantJoined {
  readonly type: "participant_joined";
  readonly seq: number;
  readonly at_ms: number;
  readonly participant: ParticipantView;
}

export interface ParticipantLeft {
  readonly type: "participant_left";
  readonly seq: number;
  readonly at_ms: number;
  readonly participant: string;
  readonly role: ParticipantRole;
  readonly why: "dismissed" | "left" | "lost";
}

export type ParticipantRole = "citizen" | "agent" | "interpreter" | "expert" | "family" | "observer";

export interface ParticipantView {
  readonly id: string;
  readonly role: ParticipantRole;
  readonly name: string;
  readonly here: boolean;
  readonly since_ms: number;
}

export interface Pause {
  readonly type: "pause";
  readonly id: string;
  readonly reason: PauseReason;
}

export type PauseReason = "missed" | "break" | "meal" | "window" | "training" | "supervisor" | "other";

export interface PauseSeat {
  readonly type: "pause_seat";
  readonly id: string;
  readonly seat: string;
  readonly reason?: PauseReason;
}

export type PriorityClaim = "" | "claimed" | "confirmed" | "refused";

export interface PriorityConfirmed {
  readonly type: "priority_confirmed";
  readonly seq: number;
  readonly at_ms: number;
  readonly confirmed: boolean;
}

export type Purpose = "material" | "still" | "other";

export interface Rate {
  readonly type: "rate";
  readonly id: string;
  readonly level: number;
  readonly reasons?: ReadonlyArray<string>;
  readonly comment?: string;
}

export interface Ready {
  readonly type: "ready";
  readonly id: string;
}

export interface RequestStill {
  readonly type: "request_still";
  readonly id: string;
  readonly material?: string;
}

export type ReservationState = "pending" | "accepted" | "declined" | "expired" | "rescinded";

export interface ReservationView {
  readonly reservation: string;
  readonly ticket: string;
  readonly fence: number;
  readonly state: ReservationState;
  readonly about: About;
  readonly left_s: number;
  readonly waited_s: number;
  readonly explain: string;
}

export interface ResumePlace {
  readonly type: "resume_place";
  readonly id: string;
}

export interface Ringing {
  readonly type: "ringing";
  readonly reservation: ReservationView;
}

export interface RingingOver {
  readonly type: "ringing_over";
  readonly reservation: string;
  readonly state: string;
}

export interface Seat {
  readonly type: "seat";
  readonly seat: SeatView;
}

export type SeatState = "offline" | "idle" | "reserved" | "serving" | "wrap_up" | "paused";

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

export interface Session {
  readonly type: "session";
  readonly session: SessionView;
}

export interface SessionClosed {
  readonly type: "session_closed";
  readonly seq: number;
  readonly at_ms: number;
  readonly outcome: string;
  readonly receipt: string;
  readonly summary: string;
  readonly notice: ReadonlyArray<string>;
}

export interface SessionMoved {
  readonly type: "session_moved";
  readonly seq: number;
  readonly at_ms: number;
  readonly state: string;
  readonly here: ReadonlyArray<string>;
}

export type SessionState = "connecting" | "active" | "held" | "suspended" | "wrap_up" | "closed";

export interface SessionView {
  readonly session: string;
  readonly ticket: string;
  readonly state: SessionState;
  readonly you: string;
  readonly role: ParticipantRole;
  readonly about: About;
  readonly seat: string;
  readonly seat_name: string;
  readonly seq: number;
  readonly began_ms: number;
  readonly participants: ReadonlyArray<ParticipantView>;
  readonly guide: GuideView | null;
  readonly documents: ReadonlyArray<DocumentView>;
  readonly chat: ReadonlyArray<ChatLine>;
  readonly stills: ReadonlyArray<StillView>;
  readonly hung_up: boolean;
  readonly chat_before: number;
  readonly notes: string;
  readonly outcome: string;
  readonly summary: string;
  readonly notice: ReadonlyArray<string>;
  readonly version: number;
  readonly explain: string;
  readonly agent_name: string;
  readonly staff_number: string;
  readonly department: string;
  readonly consents: ReadonlyArray<ConsentView>;
  readonly priority_claim: PriorityClaim;
}

export type Slot = "microphone" | "camera" | "document_camera" | "screen";

export interface StillAnswered {
  readonly type: "still_answered";
  readonly seq: number;
  readonly at_ms: number;
  readonly request: string;
  readonly document: string;
  readonly why: string;
}

export interface StillFailed {
  readonly type: "still_failed";
  readonly id: string;
  readonly request: string;
  readonly why: string;
}

export interface StillRequested {
  readonly type: "still_requested";
  readonly seq: number;
  readonly at_ms: number;
  readonly request: string;
  readonly material: string;
}

export interface StillTaken {
  readonly type: "still_taken";
  readonly id: string;
  readonly request: string;
  readonly document: string;
}

export interface StillView {
  readonly request: string;
  readonly material: string;
  readonly why: string;
}

export interface TakeTicket {
  readonly type: "take_ticket";
  readonly id: string;
  readonly item?: string;
  readonly mode?: Mode;
  readonly language?: string;
  readonly site?: string;
  readonly priority?: "normal" | "priority" | "sos";
  readonly helper_present?: boolean;
  readonly native?: boolean;
  readonly stub?: string;
  readonly callback_at_ms?: number;
}

export interface Ticket {
  readonly type: "ticket";
  readonly ticket: TicketView;
}

export interface TicketIssued {
  readonly type: "ticket_taken";
  readonly id: string;
  readonly ticket: TicketView;
  readonly token: string;
  readonly stub: string;
}

export type TicketState = "scheduled" | "waiting" | "held" | "reserved" | "serving" | "done" | "abandoned" | "no_show" | "expired" | "redirected";

export interface TicketView {
  readonly ticket: string;
  readonly state: TicketState;
  readonly about: About;
  readonly taken_ms: number;
  readonly place: number;
  readonly wait: WaitRange;
  readonly widened: ReadonlyArray<string>;
  readonly able_seats: number;
  readonly seat_name: string;
  readonly session: string;
  readonly held_until_ms: number;
  readonly waiting_since_ms: number;
  readonly callback_after_s: number;
  readonly callback_times_ms: ReadonlyArray<number>;
  readonly callback_at_ms: number;
  readonly returned: string;
  readonly consents: ReadonlyArray<ConsentView>;
}

export type Verdict = "good" | "blurred" | "wrong";

export interface VerdictGiven {
  readonly type: "verdict_given";
  readonly seq: number;
  readonly at_ms: number;
  readonly document: string;
  readonly verdict: Verdict;
  readonly note: string;
}

export interface WaitRange {
  readonly low_s: number | null;
  readonly high_s: number | null;
}

export interface Wallboard {
  readonly type: "wallboard";
  readonly wallboard: WallboardView;
}

export interface WallboardDelta {
  readonly type: "wallboard_delta";
  readonly rev_from: number;
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
  readonly booths_gone: ReadonlyArray<string>;
}

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

export interface Welcome {
  readonly type: "welcome";
  readonly version: number;
  readonly connection: string;
  readonly server_ms: number;
  readonly node: string;
  readonly features: ReadonlyArray<string>;
  readonly resumed: boolean;
  readonly ice_servers: ReadonlyArray<IceServer>;
  readonly ice_ttl_s: number;
  readonly you: string;
}

export type ClientFrame =
  | Hello
  | TakeTicket
  | LeaveQueue
  | HoldPlace
  | CallBack
  | ResumePlace
  | ComeBack
  | Consent
  | Rate
  | HangUp
  | StillTaken
  | StillFailed
  | Chat
  | Description
  | Candidate
  | MediaReady
  | MediaRestart
  | MediaState
  | MediaUp
  | Ready
  | Pause
  | Accept
  | Decline
  | Claim
  | RequestStill
  | GiveVerdict
  | Notes
  | ConfirmPriority
  | CloseSession
  | AmendClosing
  | ExtendWrapUp
  | Invite
  | Dismiss
  | PauseSeat
  | LeaveSession;

export type SessionEventFrame =
  | Chatted
  | DocumentStored
  | VerdictGiven
  | StillRequested
  | StillAnswered
  | SessionMoved
  | ParticipantJoined
  | ParticipantLeft
  | NotesKept
  | AgentIntroduced
  | ConsentChanged
  | PriorityConfirmed
  | HungUp
  | SessionClosed
  | ClosingAmended;

export type ServerFrame =
  | Welcome
  | IceRefresh
  | Done
  | Error
  | TicketIssued
  | Invited
  | Ticket
  | Seat
  | Ringing
  | RingingOver
  | Alerts
  | Session
  | Chatted
  | DocumentStored
  | VerdictGiven
  | StillRequested
  | StillAnswered
  | SessionMoved
  | ParticipantJoined
  | ParticipantLeft
  | NotesKept
  | AgentIntroduced
  | ConsentChanged
  | PriorityConfirmed
  | HungUp
  | SessionClosed
  | ClosingAmended
  | Wallboard
  | WallboardDelta
  | Description
  | Candidate
  | MediaReady
  | MediaRestart
  | MediaState;
