"""Takes one guard at a time out of a Python module: a refusal, a check, a right, a note, a removal, a write to disk.

These are the statements whose absence shows nothing on the happy path, and costs most. The mistakes leave every line
where it was, so that what covered a line can be asked which tests reach the mistake.
"""

import ast
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

Change = Callable[[Any], object]
REFUSAL = "refusal is left out"
SAYS_NO = f"{REFUSAL}: no"
RIGHT = "any right will do"
SCOPE = "scope is not asked for"
ASKED = "right is not asked for"
KINDS = {
    "check is left out": re.compile(
        r"_*(check|must|demand|spend|prove|proved|verify|confine|let_come)(_\w+)?"
        r"|close_to_others|umask|chmod|prctl|set(groups|gid|uid|rlimit|priority)"
    ),
    "note is left out": re.compile(r"_*(note|noted|on_trail)(_\w+)?"),
    "removal is left out": re.compile(
        r"_*(unlink|rmtree|remove|discard|delete|forget|wipe|clear|del_cookie|expire|truncate|zrem|lpop"
        r"|end_logins|end_all|end_guests|drop)(_\w+)?"
    ),
    "write to disk is left out": re.compile(r"fsync|sync|flush"),
}
ASKS = re.compile(r"may|covers|serves|is_signed|is_right|compare_digest")
PROVES = re.compile(r"_*(demand|prove|act)")
#: Receivers of a removal that is no wipe: collections of the process, which end with it.
FILES = re.compile(r"^(self|shutil|os|pipe|file|path|draft|.*(socket|folder|path|logins|document|ENVELOPE)\)?)$")
#: `flush` of the unit of work sends statements; the commit writes them.
SESSIONS = re.compile(r"(^|\._?)db$")


def guards(tree: ast.Module) -> Iterator[tuple[int, int, str, Change]]:
    """Yield place in `ast.walk`, line, kind and change of each guard; the change takes the node of a copy."""
    for place, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.If):
            yield from ((place, node.lineno, what, _never) for what in _refusals(node))
        elif (call := called(node)) is not None:
            yield from ((place, call.lineno, what, _skip) for what in _acts(node, call))
        if isinstance(node, ast.Call):
            yield from ((place, node.lineno, what, change) for what, change in _rights(node))


def named(source: str, path: str) -> Iterator[tuple[int, int, str, str, str]]:
    """Yield place, line, kind, code and name of each guard of a module; names hold while lines move.

    A name is path, function, kind and code, and the number of those alike in the function that come before it.
    """
    tree, lines, alike = ast.parse(source), source.split("\n"), Counter[str]()
    functions = list(_functions(tree))
    for place, line, what, _ in guards(tree):
        code = lines[line - 1].strip()
        name = f"{path}|{functions[place]}|{what}|{code}"
        alike[name] += 1
        yield place, line, what, code, f"{name}|{alike[name] - 1}"


def _functions(tree: ast.Module) -> Iterator[str]:
    """Yield the qualified name of the function or class that holds each node, in the order of `ast.walk`."""
    left: deque[tuple[ast.AST, str]] = deque([(tree, "")])
    while left:
        node, name = left.popleft()
        yield name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{name}.{node.name}".removeprefix(".")
        left.extend((child, name) for child in ast.iter_child_nodes(node))


def _refusals(node: ast.If) -> Iterator[str]:
    last = node.body[-1]
    if isinstance(last, ast.Raise):
        yield f"{REFUSAL}: {_raised(last)}"
    elif _says_no(last):
        yield SAYS_NO


def _acts(node: ast.AST, call: ast.Call) -> Iterator[str]:
    name, owner = _name(call)
    yield from (what for what, names in KINDS.items() if names.fullmatch(name) and _counts(what, node, owner))
    if name == "execute" and call.args and _is_delete(call.args[0]):
        yield "removal is left out"


def _rights(node: ast.Call) -> Iterator[tuple[str, Change]]:
    name, _ = _name(node)
    said = list(enumerate(map(ast.unparse, node.args)))
    if ASKS.fullmatch(name):
        yield ASKED, _yes
    if name == "where":
        yield from ((SCOPE, lambda at, n=number: at.args.pop(n)) for number, one in said if one == "within(scope)")
    if PROVES.fullmatch(name):
        rights = [number for number, one in said if one.startswith("Right.")]
        yield from ((RIGHT, lambda at, n=number: _weaken(at, n)) for number in rights)


def _raised(statement: ast.Raise) -> str:
    """Return the name of what is raised, as far as it stands there."""
    error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return ast.unparse(error).rpartition(".")[2] if error is not None else "again"


def _says_no(statement: ast.stmt) -> bool:
    """Tell whether a statement answers with no, or with nothing, in words."""
    value = statement.value if isinstance(statement, ast.Return) else None
    return isinstance(value, ast.Constant) and (value.value is None or value.value is False)


def called(node: ast.AST) -> ast.Call | None:
    """Return the call of a statement that is there for its effect alone."""
    if isinstance(node, ast.Assign):
        if ast.unparse(node.targets[0]) != "_":
            return None
        value = node.value
    elif isinstance(node, ast.Expr):
        value = node.value
    else:
        return None
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def _name(call: ast.Call) -> tuple[str, str]:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr, ast.unparse(call.func.value)
    return getattr(call.func, "id", ""), ""


def _counts(what: str, node: ast.AST, owner: str) -> bool:
    is_awaited = isinstance(getattr(node, "value", None), ast.Await)
    if what.startswith("removal"):
        return is_awaited or bool(FILES.search(owner)) or not owner
    return not (what.startswith("write") and SESSIONS.search(owner))


def _is_delete(statement: ast.expr) -> bool:
    return any(isinstance(one, ast.Call) and _name(one)[0] == "delete" for one in ast.walk(statement))


def _never(at: ast.If) -> None:
    """Judge as before, since a name may be given there, and go on all the same."""
    at.body = [ast.If(test=ast.Constant(value=False), body=at.body, orelse=[])]


def _skip(at: ast.Expr) -> None:
    """Leave the statement out; it stands behind a condition, so that the function closes over the same names."""
    kept = ast.Expr(value=at.value)
    at.__class__ = ast.If  # type: ignore[assignment]
    at.__dict__.update(test=ast.Constant(value=False), body=[kept], orelse=[])


def _yes(at: ast.Call) -> None:
    at.func = ast.Lambda(
        args=ast.arguments(posonlyargs=[], args=[], vararg=ast.arg(arg="_"), kwonlyargs=[], kw_defaults=[],
                           kwarg=ast.arg(arg="__"), defaults=[]),
        body=ast.Constant(value=True),
    )  # fmt: skip


def _weaken(at: ast.Call, number: int) -> None:
    at.args[number] = ast.Attribute(value=ast.Name(id="Right", ctx=ast.Load()), attr="OWN_LOGIN", ctx=ast.Load())
