"""The replay of a run: one HTML file in which its days can be watched, stopped and asked why."""
