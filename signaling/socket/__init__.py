"""One WebSocket from its first frame to its last, and the node's connections."""
