"""The browsers we promise read what we write: syntax and styles by esbuild, functions by a table of their ages."""

import re
import subprocess
from pathlib import Path

from scripts.vendor import find_node
from tests.house.tree import ROOT, read, select
from webui.assets import bare

#: As docs/browsers.md promises. Older ones lack `Array.prototype.at`, `dialog`, cascade layers or `dvh`.
TARGETS = "chrome109,edge109,firefox115,safari15.4"
OURS = tuple(f"{room}/static/" for room in ("webui", "signaling", "booth_client", "seat_console"))
SCRIPTS = tuple(path for path in select(".js") if path.startswith(OURS) and "/vendor/" not in path)
STYLES = tuple(path for path in select(".css") if path.startswith(OURS))

#: Younger than the promise: a page would throw, or lose its colours where a value has `var()` and thus no fallback.
YOUNG_FUNCTIONS = re.compile(
    r"\.(?:toSorted|toReversed|toSpliced|toWellFormed|isWellFormed|getOrInsert|isSubsetOf|union|difference)\("
    r"|\b(?:Promise\.(?:withResolvers|try)|Object\.groupBy|Map\.groupBy|Array\.fromAsync|Iterator\.from|URL\.parse"
    r"|URL\.canParse|AbortSignal\.any|RegExp\.escape|Intl\.DurationFormat|scheduler\.yield|startViewTransition"
    r"|showPopover|cookieStore|OffscreenCanvas|checkVisibility|ElementInternals|attachInternals|CompressionStream)\b"
    r"|\bimportmap\b|\.onscrollend\b"
)
YOUNG_STYLES = re.compile(
    r"oklch\(|oklab\(|\blab\(|color-mix\(|light-dark\(|from var\(|@container style|@scope|@starting-style"
    r"|anchor\(|subgrid|linear\(|field-sizing|interpolate-size|@container|@property|container-type|\bcq[whib]\b"
    r"|overflow(?:-[xy])?: clip|:user-(?:in)?valid|:modal\b|\b\d+l[vh]h\b"
)
#: A booth that forgets a person empties what the browser keeps, and asks first whether it may.
EMPTIES = "booth_client/static/js/forget.js"
#: Which file alone may touch what a policy of the browser can forbid, or an old browser lack.
ONE_PLACE = {
    r"\b(?:localStorage|sessionStorage)\b": "webui/static/js/store.js",
    r"document\.cookie": "booth_client/static/js/pressed.js",
    r"\bHTMLFontElement\b": "webui/static/js/compat.js",
}


def written_for(targets: str, into: Path, *files: str, more: tuple[str, ...] = (), home: Path = ROOT) -> dict[str, str]:
    """Return our files as esbuild writes them for these browsers: as they are, or in older words."""
    command = [str(find_node()), str(ROOT / "node_modules/esbuild/bin/esbuild"), *files]
    # esbuild asks for the newest Unicode where a script is named; that of these browsers knows the Han script.
    unicode = "--supported:regexp-unicode-property-escapes=true"
    flags = (unicode, "--log-level=error", f"--target={targets}", f"--outdir={into}", "--outbase=.", *more)
    subprocess.run([*command, *flags], cwd=home, check=True, timeout=60)
    return {path: (into / path).read_text(encoding="utf-8") for path in files}


def test_promised_browsers_read_our_syntax_and_styles_as_they_are(tmp_path: Path) -> None:
    written = written_for("esnext", tmp_path / "as-it-is", *SCRIPTS, *STYLES)
    for_them = written_for(TARGETS, tmp_path / "for-them", *SCRIPTS, *STYLES)
    assert [path for path in written if written[path] != for_them[path]] == []


def test_what_a_browser_fetches_without_comments_is_what_we_wrote(tmp_path: Path) -> None:
    for path in (*SCRIPTS, *STYLES):
        (tmp_path / "bare" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bare" / path).write_text(bare(read(path)), encoding="utf-8")
    files = [*SCRIPTS, *STYLES]
    plain = ("--minify-whitespace", "--legal-comments=none", "--tsconfig-raw={}")
    whole = written_for("esnext", tmp_path / "whole", *files, more=plain)
    without = written_for("esnext", tmp_path / "without", *files, more=plain, home=tmp_path / "bare")
    assert [path for path in files if whole[path] != without[path]] == []
    assert sum(map(len, map(read, files))) > 1.15 * sum(len(bare(read(path))) for path in files)


def test_the_libraries_of_a_citizens_page_are_read_by_them_too(tmp_path: Path) -> None:
    libraries = [f"webui/static/vendor/{name}.js" for name in ("lit", "tus")]
    as_they_are = written_for("esnext", tmp_path / "as-it-is", *libraries)
    assert written_for(TARGETS, tmp_path / "for-them", *libraries) == as_they_are


def test_the_script_that_tells_old_browsers_is_old_itself(tmp_path: Path) -> None:
    old = "webui/static/js/old.js"
    assert written_for("es5", tmp_path / "es5", old) == written_for("esnext", tmp_path / "as-it-is", old)


def test_nothing_younger_than_the_promise_is_used() -> None:
    young = [f"{path}: {found.group()}" for path in SCRIPTS for found in YOUNG_FUNCTIONS.finditer(read(path))]
    young += [f"{path}: {found.group()}" for path in STYLES for found in YOUNG_STYLES.finditer(read(path))]
    assert young == []


def test_what_may_be_forbidden_or_missing_is_met_in_one_place() -> None:
    for what, place in ONE_PLACE.items():
        assert {path for path in SCRIPTS if re.search(what, read(path))} - {EMPTIES} == {place}, what


def test_the_documents_promise_what_is_tested() -> None:
    promised = read("docs/browsers.md")
    for name, least in (("Chromium", "109"), ("Firefox", "115"), ("Safari", "15.4")):
        assert re.search(rf"{name}[^\n]*\b{re.escape(least)}\b", promised), name
