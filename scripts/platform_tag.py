"""Prints for which machines the packages that are installed here are good: Python's version, system and processor."""

import sys
import sysconfig

print(f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}")
