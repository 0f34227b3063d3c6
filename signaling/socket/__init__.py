"""One WebSocket from its first frame to its last, and who is connected."""
