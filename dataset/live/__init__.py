"""A run shown live: its events over MQTT, so that a real Home Assistant shows the simulated home."""
