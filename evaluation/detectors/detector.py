"""What all detectors have in common."""

from typing import Protocol

from evaluation.detectors.windows import Floats, Windows


class Detector(Protocol):
    """A detector that has been fitted."""

    def score(self, windows: Windows) -> Floats:
        """How anomalous each window is, (N,); higher is more. A score depends on its window alone."""
        ...


class Fit(Protocol):
    """How a detector is fitted: to normal windows only, watched on others, with all chance from *seed*."""

    def __call__(self, train: Windows, validation: Windows, seed: int) -> Detector:
        """A detector of what is unlike *train*."""
        ...
