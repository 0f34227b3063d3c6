"""The sample district: catalog.yaml."""
