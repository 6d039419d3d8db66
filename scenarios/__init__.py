"""WHAT to simulate: schema, loader, and the YAML that users read and copy."""
