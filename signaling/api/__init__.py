"""The HTTP interface: one module a subject, one table of routes that the documentation is made from."""
