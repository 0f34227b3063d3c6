"""Applies the entries of the queue's journal to the ledger, each exactly once."""
