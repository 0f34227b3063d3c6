"""Public docstrings say verb, object, result: no riddle of pronouns, no clause without a noun, no time without unit."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from tests.house.tree import PACKAGES, read, select, tree

RIDDLE = re.compile(r"\b(whoever|whatever|whomever)\b", re.IGNORECASE)
HEADLESS = re.compile(
    r"^(What|Who|Whom|Whose|Which|Where|How|Why|Nobody|Somebody|Anybody|Everybody|Someone|Those|That|It|They)\b"
)
"""A first word that leaves open which thing is meant."""
CLAUSE = re.compile(
    r"\b(what|(those|somebody|of|and|to|over|tells?|returns?|says?) whom?) (is|was|are|were|has|had|does|did|can|may"
    r"|must|stands|says|came|comes|goes|went|waits|asks|needs|nobody|somebody|it|they|a|the|one|no)\b",
    re.IGNORECASE,
)
"""A clause that stands for a noun, such as "what was asked"."""
TIME = re.compile(r"`\w+_(s|ms)`")
UNIT = re.compile(r"\b(seconds?|s|milliseconds?|ms|minutes?|hours?|days?|since the epoch|time|times|moment)\b")
ROOMS = (*(f"{package}/" for package in PACKAGES), "bench/", "scripts/")


def public_docstrings() -> Iterator[tuple[str, str]]:
    """Yield the place and the docstring of every module, and of every public class, function and method."""
    for path in select(".py", inside=ROOMS):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            name = getattr(node, "name", "")
            said = ast.get_docstring(node)
            if said and (not name.startswith("_") or name == "__init__"):
                yield f"{path}:{getattr(node, 'lineno', 1)}", said


def value_docstrings() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every string that stands below a constant or a field and explains it."""
    for path in select(".py", inside=ROOMS):
        for node in ast.walk(tree(path)):
            body = node.body if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) else []
            for value, said in pairwise(body):
                if isinstance(value, ast.Assign | ast.AnnAssign) and isinstance(said, ast.Expr):
                    text = said.value.value if isinstance(said.value, ast.Constant) else None
                    if isinstance(text, str):
                        yield f"{path}:{said.lineno}", text


def told_texts() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each sentence that the interface and the command line tell about themselves."""
    for path in select(".py", inside=ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.keyword) and node.arg in {"says", "more", "help", "purpose"}:
                given = node.value
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.JoinedStr):
                given = node.value.values[0]
            else:
                continue
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield f"{path}:{given.lineno}", given.value


def private_docstrings() -> Iterator[tuple[str, str]]:
    """Yield the place and the docstring of every private class, function and method."""
    for path in select(".py", inside=ROOMS):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("_") and (said := ast.get_docstring(node)):
                yield f"{path}:{node.lineno}", said


def test_no_docstring_of_a_public_name_is_a_riddle() -> None:
    assert [place for place, said in public_docstrings() if RIDDLE.search(said)] == []


def test_no_comment_and_no_document_speaks_of_whoever() -> None:
    code = select(".py", ".js", ".lua", ".css", ".html", ".sh", inside=ROOMS)
    files = [*code, *select(".md", inside=("docs/", "README"))]
    lines = ((path, number, line) for path in files for number, line in enumerate(read(path).splitlines(), 1))
    assert [f"{path}:{number}" for path, number, line in lines if RIDDLE.search(line)] == []


def test_a_first_line_has_a_noun_where_it_means_one() -> None:
    firsts = [(place, said.split("\n")[0]) for place, said in public_docstrings()]
    assert [(place, first) for place, first in firsts if HEADLESS.match(first) or CLAUSE.search(first)] == []
    values = [(place, said.split("\n")[0]) for place, said in value_docstrings()]
    others = [*values, *told_texts(), *private_docstrings()]
    assert [(place, text[:80]) for place, text in others if HEADLESS.match(text)] == []


def test_a_docstring_that_names_a_parameter_of_time_says_its_unit() -> None:
    bare = []
    for path in select(".py", inside=ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                said = ast.get_docstring(node) or ""
                times = [one.arg for one in (*node.args.args, *node.args.kwonlyargs) if TIME.fullmatch(f"`{one.arg}`")]
                bare += [
                    f"{path}:{node.lineno} {time}"
                    for time in times
                    if f"`{time}`" in said and not UNIT.search(TIME.sub("", said))
                ]
    assert bare == []
