"""Takes pictures of every face of every page on every screen and text size, and lists the faults of each.

    python -m bench.faces [--quick] [--folder FOLDER] [--language zh-Hans]

The faces are posed in a real Chromium on a running product (`tests/support/screens.py`), without calls. The measures:
no face covered, no word cut by a line's end, nothing wider than its screen, controls in the window and at a booth in
reach of somebody in a wheelchair, text large enough for the distance. `--quick`: one step of text, no pictures.
"""

import argparse
import asyncio
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.tables import table
from tests.support.browser import chromium
from tests.support.demo import demo
from tests.support.screens import CITIZENS, SIZES, STAFF, STEPS, Gallery, Pose

#: A page is shown on the screens that it is made for.
SHOWN: dict[str, tuple[str, ...]] = {
    "citizen": tuple(name for name in SIZES if not name.startswith("standing")),
    "booth": ("notebook", "desktop", "wall", "standing", "standing 4K"),
    "desk": ("notebook at 200 %", "tablet", "notebook", "desktop", "wall"),
    "wall": ("notebook", "desktop", "wall"),
}


def matrix(*, quick: bool) -> list[tuple[Pose, str, str]]:
    """List every pose with each of its screens and steps of text."""
    found = []
    for pose in (*CITIZENS, *STAFF):
        steps = ("normal",) if quick or pose.kind in {"desk", "wall"} else STEPS
        found += [(pose, size, step) for size in SHOWN[pose.kind] for step in steps]
    return found


async def measure(language: str, folder: Path | None, *, quick: bool) -> None:
    """Show and measure all, and print the faults."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with tempfile.TemporaryDirectory() as var:
        async with demo(Path(var)) as product, chromium() as browser:
            passwords = {name: product.password(name) for name in ("s004", "sup")}
            gallery = Gallery(browser, product.base, passwords, language)
            for pose, size, step in matrix(quick=quick):
                faults = await gallery.faults(pose, size, step)
                count = counts[pose.kind]
                count[0] += 1
                count[1] += bool(faults)
                count[2] += len(faults)
                for fault in faults:
                    print(fault)
                if folder:
                    name = f"{pose.kind}-{pose.name}-{size}-{step}.png".replace(" ", "_")
                    await gallery.pages[pose.kind].screenshot(path=folder / name)
            await gallery.leave()
    table(
        ("page", "faces on screens", "with a fault", "faults"),
        [(kind, *(str(n) for n in count)) for kind, count in counts.items()],
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one step of text, no pictures")
    parser.add_argument("--folder", type=Path, help="where the pictures go")
    parser.add_argument("--language", default="zh-Hans")
    asked = parser.parse_args()
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(measure(asked.language, asked.folder, quick=asked.quick))


if __name__ == "__main__":
    main()
