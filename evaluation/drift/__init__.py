"""The drift benchmark: train on what was made for a new context, test on the real one (SmartGen's task)."""
