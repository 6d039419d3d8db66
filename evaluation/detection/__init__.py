"""Detectors taught by clean lives and judged by the labels of others, kind by kind."""
