"""Events as data: routines and their importers, the store, windows, exports, provenance."""
