"""Reads, checks, imports and searches the catalogue."""
