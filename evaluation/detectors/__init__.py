"""Detectors of anomalous behaviour: fitted to normal windows, they score any window; higher is odder."""
