"""The report's words and numbers in the reader's language."""

from typing import Final

from simulation.charts import figure
from webui import translations
from webui.languages import LANGUAGES, SIMPLIFIED, Tag
from webui.sentences import gettext_noop
from webui.translations import Translations

TAGS: Final[tuple[Tag, ...]] = tuple(language.tag for language in LANGUAGES)
USUAL: Final[Tag] = SIMPLIFIED.tag
AS_IT_IS: Final = gettext_noop("as it is")
SCRIPTS: Final = gettext_noop("production scripts")
MODEL: Final = gettext_noop("reference model")
_MINUTES_FROM_S: Final = 120


class Words:
    """Sentences, shares, times and counts for one reader."""

    def __init__(self, tag: Tag = USUAL) -> None:
        """Read the catalogue of this language."""
        self._catalogue: Translations = translations.load()[tag]
        self.tag = tag
        self.gettext = self._catalogue.gettext

    def seconds(self, value: float) -> str:
        """Return seconds, or minutes from two minutes on."""
        gettext = self.gettext
        if value < _MINUTES_FROM_S:
            return gettext("{seconds} s", seconds=f"{value:.1f}")
        return gettext("{minutes} min", minutes=f"{value / 60:.1f}")

    def filters(self) -> dict[str, object]:
        """Return the filters of the page's template."""
        return {"figure": figure, "percent": percent, "seconds": self.seconds, "clock": clock}


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{share * 100:.1f} %"


def clock(from_s: int) -> str:
    """Return a time of day."""
    return f"{from_s // 3600:02d}:{from_s % 3600 // 60:02d}"
