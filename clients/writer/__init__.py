"""Writes the generated parts of the clients of other systems from the OpenAPI document and the schema of the frames."""
