"""JSON from a file that somebody may have made up: never more of it than a run would write."""

import json
import os
from pathlib import Path
from typing import Any

MOST_BYTES = 64_000_000


def read_json(path: Path, most: int = MOST_BYTES) -> Any:
    """The JSON in the file at *path*; ValueError where there is none, or more than *most* bytes of it."""
    try:
        return json.loads(read_file(path, most))
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """What is in the file at *path*; ValueError where it is more than *most* bytes."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size  # of a device or a pipe: 0
        data = file.read(most + 1) if size <= most else b""
    if max(size, len(data)) > most:
        raise ValueError(f"is larger than {most // 1_000_000} MB")
    return data
