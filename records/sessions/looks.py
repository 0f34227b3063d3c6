"""Lets a session be read, or all that a search finds be taken away; each goes on the audit trail."""

from collections.abc import AsyncIterator, Mapping

from records.audit.notes import PutOnTrail
from records.database import Database
from records.sessions import find as sessions
from records.sessions.export import WordColumn, export_csv
from records.sessions.find import SessionSearch
from records.sessions.views import SessionRecord
from runtime.login import Login


class SessionReader:
    """Views and exports of sessions by staff, for the pages and the interface alike."""

    def __init__(self, database: Database, note: PutOnTrail) -> None:
        """Read from the ledger; put looks and exports on the trail by `note`."""
        self._database, self._note = database, note

    async def view(self, login: Login, session: str) -> SessionRecord:
        """Return everything about one session, given its id or its ticket's.

        Raises:
            SessionNotFound: there is none within the scope of the account.
        """
        async with self._database.read() as db:
            record = await sessions.show(db, session, login.scope)
        await self._note(login, "session.viewed", record.line.ticket)
        return record

    async def export(
        self,
        login: Login,
        search: SessionSearch,
        headings: Mapping[str, str] | None = None,
        words: Mapping[str, WordColumn] | None = None,
    ) -> AsyncIterator[bytes]:
        """Return all that a search finds as pieces of a CSV file, see `export_csv`.

        Raises:
            BadInput: the search has no filter, or cannot be understood.
        """
        asked = sessions.exportable(search)
        await self._note(login, "sessions.exported", "", sessions.filter_of(asked))
        return export_csv(self._database, asked, login.scope, headings, words)
