"""Keeps every statement of a transaction within its realm: the one place where rows of realms are told apart."""

from functools import cache
from typing import Any

from sqlalchemy import Executable, Insert, Table, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.elements import ClauseElement

from records.tables.base import REALM, OfRealm


class UnscopedStatement(Exception):
    """A statement names a realm's table by itself rather than by its class: it would reach rows of every realm."""


class RealmSession(Session):
    """A transaction that sees and changes the rows of one realm; `info` holds the realm's name."""

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the realm's row with this key (without the realm), or None."""
        if isinstance(entity, type) and issubclass(entity, OfRealm):
            ident = (self.info[REALM], *(ident if isinstance(ident, tuple) else (ident,)))
        return super().get(entity, ident, **options)


def _keep_within(state: ORMExecuteState) -> None:
    """Restrict each read, update and deletion to the realm, wherever in the statement a table occurs."""
    if state.is_column_load or state.is_relationship_load:
        return  # of a row that is known by its whole key
    if not state.is_orm_statement or (isinstance(state.statement, Insert) and state.statement.select is not None):
        _refuse_unscoped(state.statement)
    elif not state.is_insert:
        state.statement = state.statement.options(_rows_of(state.session.info[REALM]))


@cache
def _rows_of(realm: str) -> ExecutableOption:
    """Return the condition, made once: it is added to every statement."""
    return with_loader_criteria(OfRealm, lambda kind: kind.realm == realm, include_aliases=True)


event.listen(RealmSession, "do_orm_execute", _keep_within)


def _refuse_unscoped(statement: Executable) -> None:
    assert isinstance(statement, ClauseElement)
    for part in visitors.iterate(statement):
        if isinstance(part, Table) and REALM in part.c:
            raise UnscopedStatement(part.name)
