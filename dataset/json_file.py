"""JSON from a file that somebody may have made up: never more of it than a run would write."""

import json
from pathlib import Path
from typing import Any

MOST_BYTES = 64_000_000


def read_json(path: Path, most: int = MOST_BYTES) -> Any:
    """The JSON in the file at *path*; ValueError where there is none, or more than *most* bytes of it."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"is larger than {most // 1_000_000} MB")
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
