"""Compiles the program with a switch at each guard, and tells which guards a test came to.

Modules are changed as they are imported; every line stays where it was. With all switches on they do what they did.
"""

import ast
import builtins
import copy
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from python_guards import ASKED, REFUSAL, RIGHT, SCOPE, named

#: The names of the switches in the changed modules.
ON, SAW, FAILED = "_guard_is_on", "_guard_saw", "_guard_failed"


class Switches:
    """The guards of all imported modules: number, kind and name of each."""

    def __init__(self) -> None:
        """Begin with none, and none off."""
        self.known: list[tuple[str, str]] = []
        self.off = -1
        self.met: set[int] = set()
        self.telling: set[int] = set()
        """Guards of which a test saw more than that they passed: a check that failed, a right that was missing."""
        for name, judge in ((ON, self._is_on), (SAW, self._saw), (FAILED, self._failed)):
            setattr(builtins, name, judge)

    def begin(self) -> None:
        """Forget the guards of the test before."""
        self.met.clear()
        self.telling.clear()

    def _is_on(self, number: int) -> bool:
        self.met.add(number)
        return number != self.off

    def _saw(self, number: int, answer: object) -> object:
        if not answer:
            self.telling.add(number)
        return answer

    def _failed(self, number: int) -> None:
        self.telling.add(number)

    def compiled(self, source: str, path: str, shown: str) -> CodeType:
        """Return the code of a module with its switches."""
        tree = ast.parse(source)
        nodes = list(ast.walk(tree))
        for place, _, what, _, name in named(source, shown):
            number = len(self.known)
            self.known.append((what, name))
            _switch(nodes[place], what, number)
        return compile(ast.fix_missing_locations(tree), path, "exec")


def _switch(node: Any, what: str, number: int) -> None:
    rest = {RIGHT: "Right.OWN_LOGIN", SCOPE: "__import__('sqlalchemy').true()"}
    if what.startswith(REFUSAL):
        node.body = [_at(node.body[-1], ast.If(test=_call(ON, number), body=node.body, orelse=[]))]
    elif what == ASKED:
        answer = _call(SAW, number, copy.copy(node))
        is_off = ast.UnaryOp(op=ast.Not(), operand=_call(ON, number))
        _become(node, ast.BoolOp(op=ast.Or(), values=[is_off, answer]))
    elif what in rest:
        words = [ast.unparse(one) for one in node.args]
        begins = "Right." if what == RIGHT else "within(scope)"
        at = next(at for at, one in enumerate(words) if one.startswith(begins))
        weak = ast.parse(rest[what], mode="eval").body
        node.args[at] = ast.IfExp(test=_call(ON, number), body=node.args[at], orelse=weak)
    else:
        told = [_at(node, ast.Expr(value=_call(FAILED, number))), _at(node, ast.Raise())]
        handler = _at(node, ast.ExceptHandler(type=ast.Name(id="BaseException", ctx=ast.Load()), body=told))
        tried = ast.Try(body=[copy.copy(node)], handlers=[handler], orelse=[], finalbody=[])
        _become(node, ast.If(test=_call(ON, number), body=[_at(node, tried)], orelse=[]))


def _call(name: str, number: int, *more: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=[ast.Constant(value=number), *more], keywords=[])


def _at(where: ast.AST, node: Any) -> Any:
    return ast.copy_location(node, where)


def _become(node: ast.AST, other: ast.AST) -> None:
    place = {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    node.__class__ = other.__class__
    node.__dict__ = {**other.__dict__, **place}


class Loader(SourceFileLoader):
    """Compiles a module of the program anew, without the cache."""

    def __init__(self, name: str, path: str, switches: Switches, shown: str) -> None:
        """Remember the path as it is told."""
        super().__init__(name, path)
        self._switches, self._shown = switches, shown

    def get_code(self, fullname: str) -> CodeType:
        """Return the code with its switches."""
        path = self.get_filename(fullname)
        source = importlib.util.decode_source(self.get_data(path))
        return self._switches.compiled(source, path, self._shown)


class Finder:
    """Finds the modules of some packages in the tree, before Python does."""

    def __init__(self, root: Path, packages: Sequence[str], switches: Switches) -> None:
        """Look in `root`."""
        self._root, self._packages, self._switches = root, packages, switches

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a module of the program is loaded."""
        if name.partition(".")[0] not in self._packages or ".migrations" in name:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            shown = str(Path(spec.loader.path).relative_to(self._root))
            spec.loader = Loader(spec.loader.name, spec.loader.path, self._switches, shown)
        return spec


def install(root: Path, packages: Sequence[str]) -> Switches:
    """Let all modules of these packages be imported with their switches."""
    switches = Switches()
    sys.meta_path.insert(0, Finder(root, packages, switches))
    return switches
