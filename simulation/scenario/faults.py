"""Faults of a scenario, each with its line."""

import msgspec

from protocol.errors import BadInput


class Fault(msgspec.Struct, frozen=True, order=True):
    """One fault; `where` is the path of keys that leads to it."""

    line: int
    where: str
    why: str

    def __str__(self) -> str:
        """Return it as a line of text."""
        return f"line {self.line}: {self.where}: {self.why}" if self.where else f"line {self.line}: {self.why}"


class ScenarioFaults(BadInput):
    """The scenario cannot be run; `faults` lists all that is wrong. Mend the file."""

    def __init__(self, path: str, faults: list[Fault]) -> None:
        """Keep the faults in order of their lines."""
        super().__init__(field="scenario", path=path, count=len(faults))
        self.path = path
        self.faults = sorted(set(faults))

    def __str__(self) -> str:
        """Return one line a fault."""
        return "\n".join(f"{self.path}: {fault}" for fault in self.faults)
