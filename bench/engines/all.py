"""The engines by the names they have in the tables."""

from collections.abc import Callable

from bench.engines.base import Engine, Where
from bench.engines.bullmq import BullMQ
from bench.engines.intersection import Intersection
from bench.engines.naive import Naive
from bench.engines.ours import Ours
from bench.engines.per_class import PerClass
from bench.engines.skip_locked import SkipLocked

ENGINES: dict[str, Callable[[Where], Engine]] = {
    "ours": Ours,
    "naive scan in Lua": Naive,
    "per-skill intersection": Intersection,
    "queue per class (BRPOP)": PerClass,
    "PostgreSQL SKIP LOCKED": SkipLocked,
    "BullMQ": BullMQ,
}
