"""Keeps the interface and the wire of this release in docs/contracts, for the contract test of those that follow.

python scripts/contracts.py                          keep today's, while this release line is not out yet
python scripts/contracts.py --released 2027-01-15    the same, for good: the day of its first release
"""

import argparse
import datetime as dt
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.contracts import FOLDER, RELEASED, THIS_LINE, interface, kept, wire, written


def main() -> None:
    """Write both documents, unless they are those of a release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--released", type=dt.date.fromisoformat, help="day of the first release of this line")
    chosen = parser.parse_args()
    name = f"{THIS_LINE[0]}.{THIS_LINE[1]}"
    if any(one.line == THIS_LINE and one.released for one in kept()):
        sys.exit(f"{name} is released: its contract stays as it is")
    document = interface()
    if chosen.released:
        document[RELEASED] = chosen.released.isoformat()
    FOLDER.mkdir(exist_ok=True)
    for kind, contract in (("openapi", document), ("wire", wire())):
        (FOLDER / f"{kind}-{name}.json").write_text(written(contract), encoding="utf-8")


if __name__ == "__main__":
    main()
