"""Decoders of papers, which run in a process of their own with limits: see `child` (inside) and `..judge` (outside)."""
