"""Runs the production queue in virtual time: what-if days, published cases, the proof that it is right in law."""
