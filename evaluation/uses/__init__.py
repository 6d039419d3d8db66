"""What synthetic data are worth beside few real ones: BehaviorGen's three uses (arXiv 2505.17615)."""
