"""Reads a catalogue file section by section into typed entries and collects its faults."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import yaml

from protocol.errors import Param
from protocol.limits import fault_of, texts
from records.catalogue.entries import Entry
from records.catalogue.unread import NOTE_SECTIONS, is_note, nearest, unread
from records.catalogue.values import CatalogueFaults, Fault, Located

E = TypeVar("E", bound=Entry)
MAX_BYTES: Final = 256 * 1024 * 1024
ALIASES_MAX: Final = 1_000_000
"""Nodes that aliases may add to those that are written: ten lines of them can stand for more than any machine holds."""
WHY_MAX: Final = 200


class Reader:
    """Reads the sections of one parsed file and collects its faults."""

    def __init__(self, root: yaml.MappingNode) -> None:
        """Read from the file's top mapping."""
        self.faults: list[Fault] = []
        self.mentioned: set[tuple[str, str]] = set()
        self._constructor = yaml.SafeLoader("")
        self._keys: dict[str, yaml.Node] = {}
        self._sections: dict[str, yaml.Node] = {}
        self._read: set[str] = set()
        for key, value in root.value:
            if key.value in self._sections:
                self.fault(key, "section_twice", section=key.value)
            self._keys[key.value], self._sections[key.value] = key, value

    def fault(self, node: yaml.Node, code: str, **params: Param) -> None:
        """Note a fault on the line of a node."""
        self.faults.append(Fault(node.start_mark.line + 1, code, params))

    def finish(self) -> list[Fault]:
        """Return all faults, with those sections that were not asked for and are no notes."""
        for name, key in self._keys.items():
            if name not in self._read and name not in NOTE_SECTIONS and not is_note(name):
                self.fault(key, "unknown_section", section=name, **_hint(nearest(name, self._read)))
        return self.faults

    def _section(self, name: str) -> yaml.Node | None:
        self._read.add(name)
        return self._sections.get(name)

    def rows(self, section: str, kind: type[E], *, key: str = "id") -> tuple[Located[E], ...]:
        """Read a list of entries."""
        node = self._section(section)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, "not_a_list", section=section)
            return ()
        read = (self._entry(section, row, kind, key) for row in node.value)
        return tuple(row for row in read if row is not None)

    def table(self, section: str, kind: type[E], *, but: tuple[str, ...] = ()) -> dict[str, Located[E]]:
        """Read a mapping of names to entries, without the names in `but`."""
        node = self._section(section)
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "not_a_mapping", section=section)
            return {}
        found: dict[str, Located[E]] = {}
        for key, value in node.value:
            if key.value in found:
                self.fault(key, "duplicate_id", section=section, id=key.value)
            self.mentioned.add((section, key.value))
            row = None if key.value in but else self._entry(section, value, kind, "")
            if row is not None:
                found[key.value] = row
        return found

    def one(self, section: str, kind: Callable[[], E], *, inside: str = "", but: tuple[str, ...] = ()) -> Located[E]:
        """Read a single entry, its defaults when the file has none; the names in `but` are read `inside` elsewhere."""
        node = self._section(section)
        if inside and isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == inside), None)
        if node is None:
            return Located(0, kind())
        assert isinstance(kind, type)
        return self._entry(section, node, kind, "", but) or Located(node.start_mark.line + 1, kind())

    def words(self, section: str) -> tuple[int, tuple[str, ...]]:
        """Read a list of words and its line."""
        node = self._section(section)
        if node is None:
            return 0, ()
        try:
            return node.start_mark.line + 1, msgspec.convert(self._plain(node), tuple[str, ...])
        except (msgspec.ValidationError, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            self.fault(node, "bad_entry", section=section, why=str(error)[:WHY_MAX])
            return node.start_mark.line + 1, ()

    def _plain(self, node: yaml.Node) -> object:
        value: object = self._constructor.construct_object(node, deep=True)
        if why := next(filter(None, map(fault_of, texts(value))), ""):
            raise msgspec.ValidationError(f"a text holds signs that cannot be stored: {why}")
        return value

    def _entry(
        self, section: str, node: yaml.Node, kind: type[E], key: str, but: tuple[str, ...] = ()
    ) -> Located[E] | None:
        self._keys_once(section, node)
        for one in unread(section, node, kind, but):
            self.fault(one.node, "unknown_field", section=section, field=one.path, **_hint(one.nearest))
        try:
            plain = self._plain(node)
            if isinstance(plain, dict):
                plain = {str(name): value for name, value in plain.items()}
            if key and isinstance(plain, dict) and isinstance(plain.get(key), str):
                self.mentioned.add((section, plain[key]))
            return Located(node.start_mark.line + 1, msgspec.convert(plain, kind))
        except msgspec.ValidationError as error:
            self.fault(node, "bad_entry", section=section, why=str(error))
        except yaml.YAMLError as error:
            self.fault(node, "bad_entry", section=section, why=str(getattr(error, "problem", error)))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:  # a number or a date beyond Python's
            self.fault(node, "bad_entry", section=section, why=f"{type(error).__name__}: {error}"[:WHY_MAX])
        return None

    def _keys_once(self, section: str, node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            names = [key.value for key, _ in node.value]
            for name in {name for name in names if names.count(name) > 1}:
                self.fault(node, "field_twice", section=section, field=str(name))


def _hint(name: str) -> dict[str, Param]:
    return {"nearest": name} if name else {}


def parse(path: Path) -> yaml.MappingNode:
    """Parse a file into nodes that know their lines.

    Raises:
        CatalogueFaults: it cannot be read, or is not a YAML mapping in UTF-8.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CatalogueFaults([Fault(0, "too_large", {"max_bytes": MAX_BYTES})])
        root = yaml.compose(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise CatalogueFaults([Fault(0, "unreadable", {"file": str(path), "why": error.strerror})]) from error
    except UnicodeDecodeError as error:
        raise CatalogueFaults([Fault(0, "not_utf8", {"byte": error.start})]) from error
    except RecursionError as error:
        raise CatalogueFaults([Fault(0, "not_yaml", {"why": "nested too deeply"})]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error)
        raise CatalogueFaults([Fault(mark.line + 1 if mark else 0, "not_yaml", {"why": why})]) from error
    if not isinstance(root, yaml.MappingNode):
        raise CatalogueFaults([Fault(1, "not_a_catalogue")])
    check_shape(root)
    return root


def check_shape(root: yaml.Node) -> None:
    """Refuse what could not be read in time, or at all: aliases that multiply or lead back, keys that are no words.

    Raises:
        CatalogueFaults: with the first of these.
    """
    sizes: dict[int, int] = {}
    inside: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            inside.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(part)] for part in _parts(node))
        elif id(node) in inside:
            raise _shape_fault(node, "alias_of_itself")
        elif id(node) not in sizes:
            inside.add(id(node))
            waiting += [(node, True), *((part, False) for part in _parts(node))]
        if sizes.get(id(node), 0) > len(sizes) + ALIASES_MAX:
            raise _shape_fault(node, "too_many_aliases", max=ALIASES_MAX)


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _shape_fault(key, "bad_key")
            yield value


def _shape_fault(node: yaml.Node, code: str, **params: Param) -> CatalogueFaults:
    return CatalogueFaults([Fault(node.start_mark.line + 1, code, params)])
