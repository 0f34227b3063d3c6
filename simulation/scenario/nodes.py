"""Walks a YAML document and notes every fault with its line, instead of stopping at the first one."""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import yaml

from simulation.scenario.faults import Fault

T = TypeVar("T")
Word = TypeVar("Word", bound=str)


class Fields:
    """The values of a mapping that are known here, each read by its own reader."""

    def __init__(self, found: Mapping[str, "Node"]) -> None:
        """Keep the values by key."""
        self._found = found

    def __contains__(self, key: str) -> bool:
        """True if the key is given."""
        return key in self._found

    def __len__(self) -> int:
        """Return how many keys are given."""
        return len(self._found)

    def __getitem__(self, key: str) -> "Node":
        """Return the value of a key that is given."""
        return self._found[key]

    def read(self, key: str, reader: Callable[["Node"], T], default: T) -> T:
        """Return the reader's result for the value, or the default for a missing key."""
        return reader(self._found[key]) if key in self._found else default

    def text(self, key: str, default: str = "") -> str:
        """Return a word."""
        return self.read(key, Node.text, default)

    def number(self, key: str, default: float, least: float = -math.inf, most: float = math.inf) -> float:
        """Return a number within bounds."""
        return self.read(key, lambda node: node.number(least, most), default)

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        return self.read(key, lambda node: node.whole(least, most), default)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return yes or no."""
        return self.read(key, Node.flag, default)

    def items(self, key: str) -> "list[Node]":
        """Return the values of a list; none where the key is not given."""
        return self.read(key, Node.items, [])

    def entries(self, key: str) -> "Mapping[str, Node]":
        """Return the values of a mapping with any keys; none where the key is not given."""
        return self.read(key, Node.entries, {})


class Node:
    """A value of the document that knows its line; a wrong value is noted, and a harmless one returned in its place."""

    def __init__(self, node: yaml.Node, faults: list[Fault], where: str = "") -> None:
        """Wrap a node; `faults` is shared by the whole document."""
        self._node = node
        self._faults = faults
        self.where = where

    @property
    def line(self) -> int:
        """Return the line in the file, counted from 1."""
        return int(self._node.start_mark.line) + 1

    def fault(self, why: str) -> None:
        """Note that something is wrong here."""
        self._faults.append(Fault(self.line, self.where, why))

    @property
    def is_mapping(self) -> bool:
        """True if the node is a mapping."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """True if the node is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def fields(self, known: Iterable[str], *, required: Iterable[str] = ()) -> Fields:
        """Return the values by key; unknown, repeated and missing keys are faults."""
        found = self.entries()
        names = list(known)
        for key, value in found.items():
            if key not in names:
                close = difflib.get_close_matches(key, names, 1)
                hint = f"; did you mean {close[0]}?" if close else f"; known here: {', '.join(names)}"
                value.fault(f"unknown key{hint}")
        for key in required:
            if key not in found:
                self.fault(f"{key} is missing")
        return Fields({key: value for key, value in found.items() if key in names})

    def entries(self) -> "Mapping[str, Node]":
        """Return the values by key, for any keys."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fault("a mapping is expected")
            return {}
        found: dict[str, Node] = {}
        for key_node, value_node in self._node.value:
            key = str(key_node.value)
            child = Node(value_node, self._faults, f"{self.where}.{key}" if self.where else key)
            if key in found:
                child.fault("the key is given twice")
            found[key] = child
        return found

    def items(self) -> "list[Node]":
        """Return the values of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            self.fault("a list is expected")
            return []
        return [Node(node, self._faults, f"{self.where}[{index}]") for index, node in enumerate(self._node.value)]

    def text(self) -> str:
        """Return a word or sentence."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fault("a word is expected")
            return ""
        value = str(self._node.value).strip()
        if not value:
            self.fault("it is empty")
        return value

    def choice(self, options: Sequence[Word]) -> Word:
        """Return one of the words that are possible here."""
        value = self.text()
        for option in options:
            if option == value:
                return option
        self.fault(f"{value!r} is none of {', '.join(options)}")
        return options[0]

    def number(self, least: float = -math.inf, most: float = math.inf) -> float:
        """Return a number within bounds."""
        try:
            value = float(self.text())
        except ValueError:
            self.fault("a number is expected")
            return max(least, 0.0)
        if not least <= value <= most or math.isnan(value):
            self.fault(f"{value:g} is not between {least:g} and {most:g}")
            return max(least, 0.0)
        return value

    def whole(self, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        value = self.number(least, most)
        if value != int(value):
            self.fault("a whole number is expected")
        return int(value)

    def flag(self) -> bool:
        """Return yes or no."""
        return self.choice(("true", "false", "yes", "no")) in {"true", "yes"}
