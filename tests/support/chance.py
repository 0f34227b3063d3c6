"""The seed of this run's random lives: fresh each time, or that of `TEST_SEED`; and where failing lives are kept."""

import os
import random
from pathlib import Path
from typing import Final

from hypothesis.database import DirectoryBasedExampleDatabase

#: Set in the environment so that the processes of one run share it.
SEED: Final = int(os.environ.setdefault("TEST_SEED", str(random.SystemRandom().randrange(2**32))))
#: Failing examples; each is tried first by later runs. One that a mend has settled is deleted by Hypothesis itself.
EXAMPLES: Final = DirectoryBasedExampleDatabase(Path(__file__).parents[1] / "data" / "examples")
