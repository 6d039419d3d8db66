"""From routines to memory: split, autoencoder, importance, selection, habits, transitions."""
