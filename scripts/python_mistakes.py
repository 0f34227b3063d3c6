"""Makes mistakes in Python modules, one at a time: forgotten statements, swapped branches, off-by-one bounds.

Left alone are annotations, docstrings, log lines, what `says` how a thing is documented, and `__all__`.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from python_guards import guards

Change = Callable[[Any], object]
Found = Iterator[tuple[str, Change]]
SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
CLAUSES = {"where", "and_", "or_", "filter"}
WORDS = {"says", "more", "description", "errors", "gives", "takes", "help", "extra"}
"""Keywords that only tell a reader something; the OpenAPI document has tests of its own."""
OTHERS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mistakes(source: str, kind: str = "any") -> Iterator[tuple[int, str, Callable[[], ast.Module]]]:
    """Yield line, kind and what makes the changed tree for each mistake of a kind (any, guards) in a module."""
    tree = ast.parse(source)
    for place, line, what, change in guards(tree) if kind == "guards" else _any(tree):
        yield line, what, partial(_changed, tree, place, change)


def _any(tree: ast.Module) -> Iterator[tuple[int, int, str, Change]]:
    silent = set(_silent(tree))
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in silent:
            yield from ((place, getattr(node, "lineno", 0), what, change) for what, change in _changes(node))


def _changed(tree: ast.Module, place: int, change: Change) -> ast.Module:
    """Return a copy with one change; its lines are the lines of the source."""
    other = copy.deepcopy(tree)
    change(next(islice(ast.walk(other), place, None)))
    return ast.fix_missing_locations(other)


def _silent(tree: ast.AST) -> Iterator[int]:
    """Yield the ids of nodes whose change nobody can notice, with all that is in them."""
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parts = [node.returns]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.Assign) and any(getattr(to, "id", "") == "__all__" for to in node.targets):
            parts = [node.value]
        elif _is_told(node):
            parts = [node]
        for part in parts:
            yield from (id(one) for one in ast.walk(part)) if part is not None else ()


def _is_told(node: ast.AST) -> bool:
    is_line = isinstance(node, ast.Expr) and _is_log(node.value)
    is_for_types = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TypeVar"
    return (
        is_line or is_for_types or isinstance(node, ast.Assert) or (isinstance(node, ast.keyword) and node.arg in WORDS)
    )


def _is_log(value: ast.expr) -> bool:
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return isinstance(value, ast.Constant)  # a docstring
    return isinstance(value.func.value, ast.Name) and value.func.value.id in {"log", "logging", "logger"}


def _changes(node: ast.AST) -> Found:
    for find in (_conditions, _values, _statements, _calls, _members):
        yield from find(node)


def _conditions(node: ast.AST) -> Found:
    if isinstance(node, ast.If | ast.IfExp):
        yield "condition never holds", lambda at: setattr(at, "test", ast.Constant(value=False))
        yield "condition always holds", lambda at: setattr(at, "test", ast.Constant(value=True))
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if swapped := SWAPS.get(type(operator)):
                name = f"{type(operator).__name__} is {swapped.__name__}"
                yield name, _with_operator(number, swapped)
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} is {other.__name__}", lambda at: setattr(at, "op", other())
        for number in range(len(node.values)):
            yield f"operand {number + 1} is left out", _without("values", number)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not is left out", lambda at: at.__dict__.update(op=ast.Not(), operand=_not(at.operand))
    if isinstance(node, ast.comprehension):
        for number in range(len(node.ifs)):
            yield f"filter {number + 1} is left out", _without("ifs", number)


def _without(field: str, number: int) -> Callable[[ast.AST], object]:
    """Return what leaves a member of a node's list out."""
    return lambda at: getattr(at, field).pop(number)


def _without_entry(at: ast.Dict, number: int) -> None:
    _ = at.keys.pop(number), at.values.pop(number)


def _with_operator(number: int, kind: type[ast.cmpop]) -> Callable[[ast.Compare], object]:
    """Return what puts another operator there."""
    return lambda at: at.ops.__setitem__(number, kind())


def _not(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=value)


def _values(node: ast.AST) -> Found:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} is {not node.value}", lambda at: setattr(at, "value", not at.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} is {node.value + 1}", lambda at: setattr(at, "value", at.value + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield "sum is a difference", lambda at: setattr(at, "op", other())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd) and isinstance(node.left, ast.expr):
        yield "right side is left out", lambda at: at.__dict__.update(op=ast.BitOr(), right=at.left)


def _statements(node: ast.AST) -> Found:
    if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call | ast.Await) and _is_act(node):
        yield "call is left out", lambda at: setattr(at, "value", ast.Constant(value=None))
    if isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    ):
        yield "assignment is left out", _nothing
    if isinstance(node, ast.Continue | ast.Break) or (isinstance(node, ast.Return) and node.value is None):
        yield f"{type(node).__name__.lower()} is left out", _nothing


def _nothing(at: ast.AST) -> None:
    at.__class__ = ast.Pass


def _is_act(node: ast.Expr | ast.Assign) -> bool:
    """Tell whether a statement is done for its effect: a bare call, or one whose result is thrown away."""
    return isinstance(node, ast.Expr) or (isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_")


def _calls(node: ast.AST) -> Found:
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    plain = not any(isinstance(one, ast.Starred) for one in node.args)
    if plain and name in CLAUSES:
        for number in range(len(node.args)):
            yield f"{name}: clause {number + 1} is left out", _without("args", number)
    elif plain and name not in OTHERS:  # their order makes no difference
        for number in range(len(node.args) - 1):
            if ast.dump(node.args[number]) != ast.dump(node.args[number + 1]):
                yield f"arguments {number + 1} and {number + 2} are swapped", partial(_swap, number=number)
    for number, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield f"keyword {keyword.arg} is left out", _without("keywords", number)
    if isinstance(node.func, ast.Name) and (other := OTHERS.get(node.func.id)):
        yield f"{node.func.id} is {other}", lambda at: setattr(at.func, "id", other)


def _swap(at: ast.Call, number: int) -> None:
    at.args[number : number + 2] = at.args[number + 1], at.args[number]


def _members(node: ast.AST) -> Found:
    if isinstance(node, ast.Set | ast.Tuple | ast.List) and len(node.elts) > 1:
        if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and not isinstance(node, ast.Tuple):
            for number in range(len(node.elts)):
                yield f"member {number + 1} is left out", _without("elts", number)
        elif isinstance(node, ast.Tuple) and all(isinstance(one, ast.Attribute | ast.Constant) for one in node.elts):
            yield "last member is left out", lambda at: at.elts.pop()
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        for number, key in enumerate(node.keys):
            if isinstance(key, ast.Constant):
                yield f"entry {key.value!r} is left out", partial(_without_entry, number=number)
