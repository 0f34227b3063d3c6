"""Measurements behind the figures in docs/measurements.md, one command each."""
