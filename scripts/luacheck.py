"""Checks the Lua verbs as the server gets them: as one library, or every include would look undefined."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 60


def main() -> None:
    """Put the scripts into a temporary folder, the queue's as one library, and check them there."""
    if not shutil.which("luacheck"):
        sys.exit("luacheck is not installed (Debian: lua-check; `make setup-dev` tells how)")
    sys.path.insert(0, str(ROOT))
    from matcher.scripts import library

    with tempfile.TemporaryDirectory() as folder:
        # Without its first line, which says what language it is in.
        (Path(folder) / "library.lua").write_text(library()[0].partition("\n")[2])
        for room in ("runtime", "signaling"):
            for path in (ROOT / room / "lua").glob("*.lua"):
                shutil.copyfile(path, Path(folder) / f"{room}-{path.name}")
        command = ["luacheck", "--config", str(ROOT / ".luacheckrc"), "--no-color", "--quiet", "--codes", "."]
        sys.exit(subprocess.run(command, cwd=folder, timeout=LIMIT_S, check=False).returncode)


if __name__ == "__main__":
    main()
