"""The result that every check of `cloudwindow verify` has in common: whole, or broken at one place for one reason."""

import msgspec


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a check: whole, or the first object that is not as it should be (`broken`) and the reason (`why`)."""

    broken: str = ""
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """True if nothing was changed, removed or added past the program."""
        return not self.why

    def told(self, what: str, whole: str) -> str:
        """Return the result in one line that begins with `what`; `whole` is its end when nothing is broken."""
        return f"{what}: {whole}" if self.is_whole else f"{what}: broken at {self.broken} ({self.why})"
