"""What is read of sessions: lists, one record, receipts, exports."""
