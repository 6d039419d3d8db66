"""Where what takes long to make is kept from run to run: the user's cache."""

import os
from pathlib import Path


def user_cache(name: str) -> Path:
    """The folder for things of one kind, such as 'memories'; XDG_CACHE_HOME says where caches lie."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "homefolk" / name
