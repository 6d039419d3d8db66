"""The home as code: clock, weather, rooms, devices, the core loop, and the seam to the minds."""
