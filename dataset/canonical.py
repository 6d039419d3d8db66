"""A digest of values, not of files: the same whichever Parquet library wrote them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def digest_columns(title: str, columns: Mapping[str, pa.Array]) -> str:
    """SHA-256 over *title* and, column by column, name, length and values. No value may be missing."""
    digest = sha256(f"{title}\n".encode())
    for name, column in columns.items():
        if column.null_count:
            raise ValueError(f"column {name} holds missing values; they have no canonical form")
        digest.update(f"{name} {len(column)}\n".encode())
        digest.update(_canonical(column))
    return digest.hexdigest()


def _canonical(column: pa.Array) -> bytes:
    """Numbers as little-endian 64 bits; text as its distinct values in order of appearance, then indices."""
    if not (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
        kind = "<f8" if pa.types.is_floating(column.type) else "<i8"
        return _bytes(column.to_numpy(zero_copy_only=False), kind)
    text = pc.dictionary_encode(column.cast(pa.string()))
    names = json.dumps(text.dictionary.to_pylist(), ensure_ascii=True).encode()
    return names + b"\n" + _bytes(np.asarray(text.indices), "<i4")


def _bytes(values: np.ndarray[Any, Any], kind: str) -> bytes:
    return values.astype(kind).tobytes()
