/** The operations for machines: what is given, what is answered. Written by `make clients`: change the server's types, not this file. */

import type { About, Alarm, AuditEntry, Break, CaseRecord, Channel, ChatRecord, CheckAsked, Checked, CloudEvent, ConsentRecord, Contents, CustodyRecord, DocumentRecord, EventRecord, GuideView, Hit, KindShown, LaneView, Listed, MaterialView, Mode, Named, OutcomeRecord, ParticipantRecord, Passage, PauseReason, Public, PublicNotice, RatingRecord, ReservationRecord, SeatState, SeatView, SessionLine, SessionPage, SessionRecord, Shown, SiteInfo, SpokenLanguage, WallboardView } from "./types.d.ts";

export interface Operations {
  /** The audit trail, newest first, and the alarms of unusual looking; reading it is on the trail too. Staff need the right `audit.read`. Machines need the operation `get_audit`. */
  get_audit: {
    given: {
      /** What it was done to */
      readonly subject?: string;
      /** Who did it, as `role:account` */
      readonly actor?: string;
      /** The act, such as `session.viewed` */
      readonly action?: string;
      /** The number of the last entry of the page before */
      readonly before?: number;
      /** How many entries at most */
      readonly limit?: number;
    };
    answer: Shown;
  };
  /** All items, by id, in pages: ask again with `after` until it is empty. Machines need the operation `get_catalogue`. `closeness` is 0 here. */
  get_catalogue: {
    given: {
      /** The `after` of the page before; empty: the first. */
      readonly after?: string;
      /** Items a page. */
      readonly limit?: number;
      /** Language of the names; what has none in it comes by its own. */
      readonly locale?: "" | "en" | "zh-Hans" | "zh-Hant";
    };
    answer: Listed;
  };
  /** Find items by name, pinyin, initials or synonym. Machines need the operation `get_catalogue_search`. Closest first. `closeness` is 0 to 1, of a whole name 1; less than 0.24 is not shown. It orders the hits of one search and is not comparable between searches. */
  get_catalogue_search: {
    given: {
      /** What was typed; empty finds nothing. */
      readonly q?: string;
      /** Most items to return. */
      readonly limit?: number;
      /** Language of the names; what has none in it comes by its own. */
      readonly locale?: "" | "en" | "zh-Hans" | "zh-Hant";
      /** Of items equally close, this district's first. */
      readonly district?: string;
    };
    answer: ReadonlyArray<Hit>;
  };
  /** A document's content, for its citizen, its agent, supervisors, and guests of its call whose role sees papers (by their invitation as the token). Each time is recorded. Staff need the right `papers.read`. Machines need the operation `get_documents_document`. */
  get_documents_document: {
    given: {
      readonly document: string;
      /** Save it rather than show it. */
      readonly download?: boolean;
    };
    answer: Uint8Array<ArrayBuffer>;
  };
  /** Return the number of pages of a document, or the text and fields of a format that is not drawn (OFD). Staff need the right `papers.read`. Machines need the operation `get_documents_document_pages`. */
  get_documents_document_pages: {
    given: {
      readonly document: string;
    };
    answer: Contents;
  };
  /** A page (from 1) as a picture: upright, at most 9 million points, without the file's metadata; each opening is recorded once. A file that needs a password takes it, percent-encoded, in `Document-Password`. Staff need the right `papers.read`. Machines need the operation `get_documents_document_pages_page`. At most 40 at once, then 6 a minute; more is `too_many_tries`. Wrong passwords are counted by document and reader. */
  get_documents_document_pages_page: {
    given: {
      readonly document: string;
      readonly page: string;
    };
    answer: Uint8Array<ArrayBuffer>;
  };
  /** Events after a cursor, in the order of their commits, as a batch of CloudEvents 1.0. Staff need the right `events.read`. Machines need the operation `get_events`. The next page begins at the `Events-Cursor` of the answer. No event is passed over, and after a fault one may come twice: with the same `id`. Nothing beyond the scope of the account is in it. At most 4 requests of an account wait on a node. docs/events.md. */
  get_events: {
    given: {
      /** The cursor of the page before; empty: from the oldest event that is kept; `newest`: no event, the cursor after the last one. */
      readonly after?: string;
      /** Most events to return. */
      readonly limit?: number;
      /** With nothing to return, wait so many seconds for the next event. */
      readonly wait_s?: number;
    };
    answer: ReadonlyArray<CloudEvent>;
  };
  /** The kinds of events, and the JSON Schema of the data of each. Staff need the right `events.read`. Machines need the operation `get_events_kinds`. */
  get_events_kinds: {
    given: Readonly<Record<string, never>>;
    answer: ReadonlyArray<KindShown>;
  };
  /** An item's guide, by its id or its implementation code of 31 characters. Machines need the operation `get_items_item`. */
  get_items_item: {
    given: {
      readonly item: string;
      /** Language of the names; what has none in it comes by its own. */
      readonly locale?: "" | "en" | "zh-Hans" | "zh-Hant";
    };
    answer: GuideView;
  };
  /** Districts, sites, languages, modes, outcomes, reasons of bad ratings, the notice, whether it is open. Machines need the operation `get_public`. */
  get_public: {
    given: {
      /** Language of the names; what has none in it comes by its own. */
      readonly locale?: "" | "en" | "zh-Hans" | "zh-Hant";
      /** A site, by its id. */
      readonly site?: string;
      /** A booth, by its id: the hours of its site. */
      readonly booth?: string;
    };
    answer: Public;
  };
  /** Find sessions by number, receipt, time, seat, item, district, outcome; newest first, in pages. Staff need the right `records.read`. Machines need the operation `get_sessions`. Finds nothing beyond the scope of the account. Records are written from the journal, about 0.1 s behind the socket. `case_state` is the state of the matter the session opened; empty when it opened none. */
  get_sessions: {
    given: {
      /** The ticket's number as it was called, such as MZ001. */
      readonly number?: string;
      /** The receipt's number, with or without dashes. */
      readonly receipt?: string;
      /** The day of arrival in the realm's time zone: YYYYMMDD or YYYY-MM-DD. */
      readonly day?: string;
      /** Arrived at this moment or later: a day in the realm's time zone, YYYY-MM-DD, from its begin on; or an instant, ISO 8601 with an offset, such as 2026-11-28T09:00:00+08:00 (the plus sign as %2B). */
      readonly from?: string;
      /** Arrived before this moment: an instant as in `from`; or a day, which is in the answer to its end. */
      readonly to?: string;
      /** The seat that answered. */
      readonly seat?: string;
      /** The item's id. */
      readonly item?: string;
      /** The district where it was collected, or that handles it. */
      readonly district?: string;
      /** The ticket's id. */
      readonly ticket?: string;
      /** How it ended: one of the outcomes of docs/protocol.md, section 3. */
      readonly outcome?: string;
      /** Adds tickets that nobody answered to the sessions found. */
      readonly unanswered?: boolean;
      /** The `cursor` of the page before; empty: the first. */
      readonly cursor?: string;
      /** Sessions a page. */
      readonly limit?: number;
    };
    answer: SessionPage;
  };
  /** All sessions that match, as CSV for spreadsheets. Staff need the right `records.export`. Machines need the operation `get_sessions_csv`. At least one parameter other than `unanswered` must be given and not empty (else `bad_input`, `why` `filter`); `from` with an early day takes everything. One line a session, with a heading; no paging. Columns ending in `_ms` are milliseconds, the other times the realm's, with offset. The export goes on record. */
  get_sessions_csv: {
    given: {
      /** The ticket's number as it was called, such as MZ001. */
      readonly number?: string;
      /** The receipt's number, with or without dashes. */
      readonly receipt?: string;
      /** The day of arrival in the realm's time zone: YYYYMMDD or YYYY-MM-DD. */
      readonly day?: string;
      /** Arrived at this moment or later: a day in the realm's time zone, YYYY-MM-DD, from its begin on; or an instant, ISO 8601 with an offset, such as 2026-11-28T09:00:00+08:00 (the plus sign as %2B). */
      readonly from?: string;
      /** Arrived before this moment: an instant as in `from`; or a day, which is in the answer to its end. */
      readonly to?: string;
      /** The seat that answered. */
      readonly seat?: string;
      /** The item's id. */
      readonly item?: string;
      /** The district where it was collected, or that handles it. */
      readonly district?: string;
      /** The ticket's id. */
      readonly ticket?: string;
      /** How it ended: one of the outcomes of docs/protocol.md, section 3. */
      readonly outcome?: string;
      /** Adds tickets that nobody answered to the sessions found. */
      readonly unanswered?: boolean;
    };
    answer: Uint8Array<ArrayBuffer>;
  };
  /** Everything on record about one session, by its id or its ticket's. Staff need the right `records.read`. Machines need the operation `get_sessions_session`. */
  get_sessions_session: {
    given: {
      readonly session: string;
    };
    answer: SessionRecord;
  };
  /** The floor as it is, within the scope of the account: seats, lanes, counts. Staff need the right `floor.watch`. Machines need the operation `get_wallboard`. */
  get_wallboard: {
    given: Readonly<Record<string, never>>;
    answer: WallboardView;
  };
  /** Check a number: is it well-formed, how is it kept, and if not, why. Machines need the operation `post_checks`. Well-formed is not issued: whose number it is, the identity port answers. `why` is `format`, `check` (a check character), `date` (no day, or one to come), `area`, `kind` (a number of another kind), `old` (the 15-digit number of before 1999) or `level`. Nothing of it is kept or logged. */
  post_checks: {
    given: {
      readonly body: CheckAsked;
    };
    answer: Checked;
  };
  /** Set a seat on break; during a call it counts from its end. Staff need the right `seats.pause`. Machines need the operation `post_seats_seat_pause`. */
  post_seats_seat_pause: {
    given: {
      readonly seat: string;
      readonly body: Break;
    };
    answer: SeatView;
  };
}

/** Lists that come in pages, with the type of their items. */
export interface PagedOperations {
  get_catalogue: Hit;
  get_sessions: SessionLine;
}
