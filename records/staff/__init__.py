"""Accounts of staff, their logins, and booths."""
