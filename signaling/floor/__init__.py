"""The live picture of all seats for wallboards."""
