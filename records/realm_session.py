"""Keeps every statement of a transaction within its realm: the one place where rows of realms are told apart."""

from collections.abc import Mapping
from functools import cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Executable, Insert, Table, Update, event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.elements import ClauseElement, ColumnClause
from sqlalchemy.sql.selectable import AliasedReturnsRows, Select
from sqlalchemy.sql.visitors import HasTraverseInternals

from records.tables.base import REALM, Base, OfRealm

Known = frozenset[ClauseElement]
"""The classes that the select around a part says that it reads: their columns are theirs, however they are told."""
GETS: Final = "gets"
"""The option of a statement that looks one row up by its whole key."""
CLASS: Final = "parententity"
"""The annotation by which SQLAlchemy knows a part of a statement for a class of rows."""


class UnscopedStatement(Exception):
    """A statement names a realm's table by itself rather than by its class, or a realm: it would reach other realms."""


class RealmSession(Session):
    """A transaction that sees and changes the rows of one realm; `info` holds the realm's name."""

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the realm's row with this key (without the realm), or None."""
        if isinstance(entity, type) and issubclass(entity, OfRealm):
            ident = (self.info[REALM], *(ident if isinstance(ident, tuple) else (ident,)))
        options["execution_options"] = {**options.get("execution_options", {}), GETS: True}
        return super().get(entity, ident, **options)


def _keep_within(state: ORMExecuteState) -> None:
    """Restrict each read, update and deletion to the realm, wherever in the statement a class of rows occurs."""
    if state.is_column_load or state.is_relationship_load or state.execution_options.get(GETS):
        return  # of a row that is known by its whole key
    statement, realm = state.statement, state.session.info[REALM]
    if isinstance(statement, Insert | Update) and (named := _names_realm(statement, state.parameters)):
        raise UnscopedStatement(named)
    is_orm = state.is_orm_statement and not (isinstance(statement, Insert) and statement.select is not None)
    _refuse_unscoped(statement, knows_classes=is_orm)
    if is_orm and not state.is_insert:
        state.statement = statement.options(_rows_of(realm))


@cache
def _rows_of(realm: str) -> ExecutableOption:
    """Return the condition, made once: it is added to every statement."""
    return with_loader_criteria(OfRealm, lambda kind: kind.realm == realm, include_aliases=True)


event.listen(RealmSession, "do_orm_execute", _keep_within)


def _keep_row(_mapper: Mapper[Any], connection: Connection, row: object) -> None:
    """Refuse a row that names another realm than its transaction's."""
    if isinstance(row, OfRealm) and row.realm not in {None, connection.get_execution_options().get(REALM)}:
        raise UnscopedStatement(f"{type(row).__name__}.{REALM}")


event.listen(Base, "before_insert", _keep_row, propagate=True)
event.listen(Base, "before_update", _keep_row, propagate=True)


def _names_realm(statement: Insert | Update, parameters: object) -> str:
    """Return the realm's column if a row's values name it, or are not told by name; else an empty text."""
    # The statement's own values have no public name.
    told: list[object] = [statement._values or {}, *chain.from_iterable(statement._multi_values)]  # noqa: SLF001
    told += parameters if isinstance(parameters, list | tuple) else [parameters or {}]
    for values in told:
        if not isinstance(values, Mapping) or any(getattr(key, "key", key) == REALM for key in values):
            return f"{statement.table.description}.{REALM}"
    return ""


def _refuse_unscoped(statement: Executable, *, knows_classes: bool) -> None:
    """Refuse a statement with a realm's table, alias or column in it that is not told by its class of rows.

    Without `knows_classes` a class is no better: the condition is not added to such a statement.
    """
    assert isinstance(statement, ClauseElement)
    seen: dict[int, ClauseElement] = {}
    waiting: list[tuple[ClauseElement, Known]] = [(statement, frozenset())]
    while waiting:
        part, known = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        is_class = knows_classes and CLASS in part._annotations  # noqa: SLF001 - no public name
        source = part.element if isinstance(part, AliasedReturnsRows) else part
        if isinstance(source, Table):
            if not is_class and REALM in source.c:
                raise UnscopedStatement(source.name)
            continue
        if isinstance(part, ColumnClause) and isinstance(part.table, ClauseElement) and not is_class:
            waiting += [(part.table, known)] if part.table not in known else []
        if isinstance(part, Select):
            # Its tables are those that it names, and those of its columns, not what it would add of itself.
            found = HasTraverseInternals.get_children(part)
            named = part._from_obj if knows_classes else ()  # noqa: SLF001 - no public name
            known = frozenset(one for one in named if CLASS in one._annotations)  # noqa: SLF001
        else:
            found = part.get_children()
        waiting += [(each, known) for each in found if isinstance(each, ClauseElement)]
