"""Queue engines under one small interface, so that the same load can be put on each of them."""
