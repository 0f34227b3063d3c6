"""Ports: the systems of others that Cloud Window asks, one interface each, all through one small kit."""
