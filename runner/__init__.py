"""One household driven to its end; the run folder; many households."""
