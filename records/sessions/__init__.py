"""Reads sessions: lists, one record, receipts, exports."""
