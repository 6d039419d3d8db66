"""Runs become what other tools read, one file a format; `dataset.exporting` is the way in."""
