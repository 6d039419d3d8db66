"""How much is trained to judge a dataset. Alone in its file, so that the command line loads at once."""

from typing import Literal

Effort = Literal["quick", "usual", "deep"]
"""Without networks; with those that read sequences; with an autoencoder as detector, too."""
