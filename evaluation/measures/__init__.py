"""Measures that compare two corpora: what each counts, and the figure made of two histograms of that."""
