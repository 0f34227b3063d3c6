"""Sends events to web-hooks: signed, in the order of each matter, until they are accepted."""
