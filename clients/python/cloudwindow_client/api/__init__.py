"""The parts of the client that follow from the server's types. Written by `make clients`: change the server's types, not this file."""
