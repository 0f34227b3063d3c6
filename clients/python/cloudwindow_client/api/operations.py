"""The operations for machines, a method each. Written by `make clients`: change the server's types, not this file."""

from collections.abc import Iterator
from typing import Literal

from cloudwindow_client.asking import Asking, Call
from cloudwindow_client.api.types import (
    Break,
    CheckAsked,
    Checked,
    CloudEvent,
    Contents,
    GuideView,
    Hit,
    KindShown,
    Listed,
    Public,
    SeatView,
    SessionLine,
    SessionPage,
    SessionRecord,
    Shown,
    WallboardView,
)


class Operations(Asking):
    """The operations that a machine may be granted, by their names."""

    def get_audit(
        self,
        *,
        subject: str | None = None,
        actor: str | None = None,
        action: str | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> Shown:
        """The audit trail, newest first, and the alarms of unusual looking; reading it is on the trail too. Staff need the right `audit.read`. Machines need the operation `get_audit`.

        Args:
            subject: What it was done to
            actor: Who did it, as `role:account`
            action: The act, such as `session.viewed`
            before: The number of the last entry of the page before
            limit: How many entries at most
        """
        call = Call("get_audit", "GET", "/api/audit", query={"subject": subject, "actor": actor, "action": action, "before": before, "limit": limit}, is_repeatable=True)
        return self._ask(call, Shown)

    def get_catalogue(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        locale: Literal["", "en", "zh-Hans", "zh-Hant"] | None = None,
    ) -> Listed:
        """All items, by id, in pages: ask again with `after` until it is empty. Machines need the operation `get_catalogue`. `closeness` is 0 here.

        Args:
            after: The `after` of the page before; empty: the first.
            limit: Items a page.
            locale: Language of the names; what has none in it comes by its own.
        """
        call = Call("get_catalogue", "GET", "/api/catalogue", query={"after": after, "limit": limit, "locale": locale}, is_repeatable=True)
        return self._ask(call, Listed)

    def iter_get_catalogue(
        self,
        *,
        limit: int | None = None,
        locale: Literal["", "en", "zh-Hans", "zh-Hant"] | None = None,
    ) -> Iterator[Hit]:
        """Yield all of `get_catalogue`, page after page.

        All items, by id, in pages: ask again with `after` until it is empty. Machines need the operation `get_catalogue`. `closeness` is 0 here.

        Args:
            limit: Items a page.
            locale: Language of the names; what has none in it comes by its own.
        """
        page_at: str | None = None
        while page_at != '':
            page = self.get_catalogue(after=page_at, limit=limit, locale=locale)
            yield from page.items
            page_at = page.after

    def get_catalogue_search(
        self,
        *,
        q: str | None = None,
        limit: int | None = None,
        locale: Literal["", "en", "zh-Hans", "zh-Hant"] | None = None,
        district: str | None = None,
    ) -> tuple[Hit, ...]:
        """Find items by name, pinyin, initials or synonym. Machines need the operation `get_catalogue_search`. Closest first. `closeness` is 0 to 1, of a whole name 1; less than 0.24 is not shown. It orders the hits of one search and is not comparable between searches.

        Args:
            q: What was typed; empty finds nothing.
            limit: Most items to return.
            locale: Language of the names; what has none in it comes by its own.
            district: Of items equally close, this district's first.
        """
        call = Call("get_catalogue_search", "GET", "/api/catalogue/search", query={"q": q, "limit": limit, "locale": locale, "district": district}, is_repeatable=True)
        return self._ask(call, tuple[Hit, ...])

    def get_documents_document(self, document: str, *, download: bool | None = None) -> bytes:
        """A document's content, for its citizen, its agent, supervisors, and guests of its call whose role sees papers (by their invitation as the token). Each time is recorded. Staff need the right `papers.read`. Machines need the operation `get_documents_document`.

        Args:
            download: Save it rather than show it.
        """
        call = Call("get_documents_document", "GET", "/api/documents/{}", places=(document,), query={"download": download}, is_repeatable=True)
        return self._bytes(call)

    def get_documents_document_pages(self, document: str) -> Contents:
        """Return the number of pages of a document, or the text and fields of a format that is not drawn (OFD). Staff need the right `papers.read`. Machines need the operation `get_documents_document_pages`."""
        call = Call("get_documents_document_pages", "GET", "/api/documents/{}/pages", places=(document,), is_repeatable=True)
        return self._ask(call, Contents)

    def get_documents_document_pages_page(self, document: str, page: str) -> bytes:
        """A page (from 1) as a picture: upright, at most 9 million points, without the file's metadata; each opening is recorded once. A file that needs a password takes it, percent-encoded, in `Document-Password`. Staff need the right `papers.read`. Machines need the operation `get_documents_document_pages_page`. At most 40 at once, then 6 a minute; more is `too_many_tries`. Wrong passwords are counted by document and reader."""
        call = Call("get_documents_document_pages_page", "GET", "/api/documents/{}/pages/{}", places=(document, page,), is_repeatable=True)
        return self._bytes(call)

    def get_events(
        self,
        *,
        after: str | None = None,
        limit: int | None = None,
        wait_s: float | None = None,
    ) -> tuple[CloudEvent, ...]:
        """Events after a cursor, in the order of their commits, as a batch of CloudEvents 1.0. Staff need the right `events.read`. Machines need the operation `get_events`. The next page begins at the `Events-Cursor` of the answer. No event is passed over, and after a fault one may come twice: with the same `id`. Nothing beyond the scope of the account is in it. At most 4 requests of an account wait on a node. docs/events.md.

        Args:
            after: The cursor of the page before; empty: from the oldest event that is kept; `newest`: no event, the cursor after the last one.
            limit: Most events to return.
            wait_s: With nothing to return, wait so many seconds for the next event.
        """
        call = Call("get_events", "GET", "/api/events", query={"after": after, "limit": limit, "wait_s": wait_s}, is_repeatable=True)
        return self._ask(call, tuple[CloudEvent, ...])

    def get_events_kinds(self) -> tuple[KindShown, ...]:
        """The kinds of events, and the JSON Schema of the data of each. Staff need the right `events.read`. Machines need the operation `get_events_kinds`."""
        call = Call("get_events_kinds", "GET", "/api/events/kinds", is_repeatable=True)
        return self._ask(call, tuple[KindShown, ...])

    def get_items_item(
        self,
        item: str,
        *,
        locale: Literal["", "en", "zh-Hans", "zh-Hant"] | None = None,
    ) -> GuideView:
        """An item's guide, by its id or its implementation code of 31 characters. Machines need the operation `get_items_item`.

        Args:
            locale: Language of the names; what has none in it comes by its own.
        """
        call = Call("get_items_item", "GET", "/api/items/{}", places=(item,), query={"locale": locale}, is_repeatable=True)
        return self._ask(call, GuideView)

    def get_public(
        self,
        *,
        locale: Literal["", "en", "zh-Hans", "zh-Hant"] | None = None,
        site: str | None = None,
        booth: str | None = None,
    ) -> Public:
        """Districts, sites, languages, modes, outcomes, reasons of bad ratings, the notice, whether it is open. Machines need the operation `get_public`.

        Args:
            locale: Language of the names; what has none in it comes by its own.
            site: A site, by its id.
            booth: A booth, by its id: the hours of its site.
        """
        call = Call("get_public", "GET", "/api/public", query={"locale": locale, "site": site, "booth": booth}, is_repeatable=True)
        return self._ask(call, Public)

    def get_sessions(
        self,
        *,
        number: str | None = None,
        receipt: str | None = None,
        day: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        seat: str | None = None,
        item: str | None = None,
        district: str | None = None,
        ticket: str | None = None,
        outcome: str | None = None,
        unanswered: bool | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> SessionPage:
        """Find sessions by number, receipt, time, seat, item, district, outcome; newest first, in pages. Staff need the right `records.read`. Machines need the operation `get_sessions`. Finds nothing beyond the scope of the account. Records are written from the journal, about 0.1 s behind the socket. `case_state` is the state of the matter the session opened; empty when it opened none.

        Args:
            number: The ticket's number as it was called, such as MZ001.
            receipt: The receipt's number, with or without dashes.
            day: The day of arrival in the realm's time zone: YYYYMMDD or YYYY-MM-DD.
            from_: Arrived at this moment or later: a day in the realm's time zone, YYYY-MM-DD, from its begin on; or an instant, ISO 8601 with an offset, such as 2026-11-28T09:00:00+08:00 (the plus sign as %2B).
            to: Arrived before this moment: an instant as in `from`; or a day, which is in the answer to its end.
            seat: The seat that answered.
            item: The item's id.
            district: The district where it was collected, or that handles it.
            ticket: The ticket's id.
            outcome: How it ended: one of the outcomes of docs/protocol.md, section 3.
            unanswered: Adds tickets that nobody answered to the sessions found.
            cursor: The `cursor` of the page before; empty: the first.
            limit: Sessions a page.
        """
        call = Call("get_sessions", "GET", "/api/sessions", query={"number": number, "receipt": receipt, "day": day, "from": from_, "to": to, "seat": seat, "item": item, "district": district, "ticket": ticket, "outcome": outcome, "unanswered": unanswered, "cursor": cursor, "limit": limit}, is_repeatable=True)
        return self._ask(call, SessionPage)

    def iter_get_sessions(
        self,
        *,
        number: str | None = None,
        receipt: str | None = None,
        day: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        seat: str | None = None,
        item: str | None = None,
        district: str | None = None,
        ticket: str | None = None,
        outcome: str | None = None,
        unanswered: bool | None = None,
        limit: int | None = None,
    ) -> Iterator[SessionLine]:
        """Yield all of `get_sessions`, page after page.

        Find sessions by number, receipt, time, seat, item, district, outcome; newest first, in pages. Staff need the right `records.read`. Machines need the operation `get_sessions`. Finds nothing beyond the scope of the account. Records are written from the journal, about 0.1 s behind the socket. `case_state` is the state of the matter the session opened; empty when it opened none.

        Args:
            number: The ticket's number as it was called, such as MZ001.
            receipt: The receipt's number, with or without dashes.
            day: The day of arrival in the realm's time zone: YYYYMMDD or YYYY-MM-DD.
            from_: Arrived at this moment or later: a day in the realm's time zone, YYYY-MM-DD, from its begin on; or an instant, ISO 8601 with an offset, such as 2026-11-28T09:00:00+08:00 (the plus sign as %2B).
            to: Arrived before this moment: an instant as in `from`; or a day, which is in the answer to its end.
            seat: The seat that answered.
            item: The item's id.
            district: The district where it was collected, or that handles it.
            ticket: The ticket's id.
            outcome: How it ended: one of the outcomes of docs/protocol.md, section 3.
            unanswered: Adds tickets that nobody answered to the sessions found.
            limit: Sessions a page.
        """
        page_at: str | None = None
        while page_at != '':
            page = self.get_sessions(number=number, receipt=receipt, day=day, from_=from_, to=to, seat=seat, item=item, district=district, ticket=ticket, outcome=outcome, unanswered=unanswered, cursor=page_at, limit=limit)
            yield from page.sessions
            page_at = page.cursor

    def get_sessions_csv(
        self,
        *,
        number: str | None = None,
        receipt: str | None = None,
        day: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        seat: str | None = None,
        item: str | None = None,
        district: str | None = None,
        ticket: str | None = None,
        outcome: str | None = None,
        unanswered: bool | None = None,
    ) -> bytes:
        """All sessions that match, as CSV for spreadsheets. Staff need the right `records.export`. Machines need the operation `get_sessions_csv`. At least one parameter other than `unanswered` must be given and not empty (else `bad_input`, `why` `filter`); `from` with an early day takes everything. One line a session, with a heading; no paging. Columns ending in `_ms` are milliseconds, the other times the realm's, with offset. The export goes on record.

        Args:
            number: The ticket's number as it was called, such as MZ001.
            receipt: The receipt's number, with or without dashes.
            day: The day of arrival in the realm's time zone: YYYYMMDD or YYYY-MM-DD.
            from_: Arrived at this moment or later: a day in the realm's time zone, YYYY-MM-DD, from its begin on; or an instant, ISO 8601 with an offset, such as 2026-11-28T09:00:00+08:00 (the plus sign as %2B).
            to: Arrived before this moment: an instant as in `from`; or a day, which is in the answer to its end.
            seat: The seat that answered.
            item: The item's id.
            district: The district where it was collected, or that handles it.
            ticket: The ticket's id.
            outcome: How it ended: one of the outcomes of docs/protocol.md, section 3.
            unanswered: Adds tickets that nobody answered to the sessions found.
        """
        call = Call("get_sessions_csv", "GET", "/api/sessions.csv", query={"number": number, "receipt": receipt, "day": day, "from": from_, "to": to, "seat": seat, "item": item, "district": district, "ticket": ticket, "outcome": outcome, "unanswered": unanswered}, is_repeatable=True)
        return self._bytes(call)

    def get_sessions_session(self, session: str) -> SessionRecord:
        """Everything on record about one session, by its id or its ticket's. Staff need the right `records.read`. Machines need the operation `get_sessions_session`."""
        call = Call("get_sessions_session", "GET", "/api/sessions/{}", places=(session,), is_repeatable=True)
        return self._ask(call, SessionRecord)

    def get_wallboard(self) -> WallboardView:
        """The floor as it is, within the scope of the account: seats, lanes, counts. Staff need the right `floor.watch`. Machines need the operation `get_wallboard`."""
        call = Call("get_wallboard", "GET", "/api/wallboard", is_repeatable=True)
        return self._ask(call, WallboardView)

    def post_checks(self, body: CheckAsked) -> Checked:
        """Check a number: is it well-formed, how is it kept, and if not, why. Machines need the operation `post_checks`. Well-formed is not issued: whose number it is, the identity port answers. `why` is `format`, `check` (a check character), `date` (no day, or one to come), `area`, `kind` (a number of another kind), `old` (the 15-digit number of before 1999) or `level`. Nothing of it is kept or logged."""
        call = Call("post_checks", "POST", "/api/checks", body=body)
        return self._ask(call, Checked)

    def post_seats_seat_pause(self, seat: str, body: Break) -> SeatView:
        """Set a seat on break; during a call it counts from its end. Staff need the right `seats.pause`. Machines need the operation `post_seats_seat_pause`."""
        call = Call("post_seats_seat_pause", "POST", "/api/seats/{}/pause", places=(seat,), body=body)
        return self._ask(call, SeatView)
