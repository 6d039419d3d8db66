"""Anomalies: what goes wrong in a home on purpose, through the interfaces by which everything happens."""
