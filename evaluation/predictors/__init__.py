"""Predictors of the next behaviour, and how well they rank it."""
