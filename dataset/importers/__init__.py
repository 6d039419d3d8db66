"""Real logs become routines, one file a format; `dataset.importing` is the way in."""
