"""Presence of pages, seats and booths, and the consequences of their absence."""
