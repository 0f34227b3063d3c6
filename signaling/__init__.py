"""Floor 3: the server's API and WebSocket: brings citizens, seats and wallboards together."""
