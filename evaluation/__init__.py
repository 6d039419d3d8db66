"""Measures, pictures and the report."""
