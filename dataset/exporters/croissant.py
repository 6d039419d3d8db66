"""Croissant 1.0 (MLCommons): the tables as Parquet, and `croissant.json`, which says what is in them.

Lists of plain values are repeated fields. Lists of records (`thoughts`, `said`) are JSON in a text, here
alone: the format has no way to point into a list of records in a Parquet column.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from dataset.exporters.folder import digest
from dataset.exporters.report import Tally
from dataset.exporters.source import Source
from dataset.exporters.tables import write_parquet_tables
from dataset.manifest import Manifest
from dataset.parquet import count_rows
from dataset.schema import SCHEMAS, TableName

WORDS = Path(__file__).parents[1] / "columns.yaml"

_CROISSANT = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
    "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet",
    "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField",
    "transform",
)  # fmt: skip
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _CROISSANT},
}
"""The context that the specification prescribes."""


def write_croissant(source: Source, out: Path, tally: Tally, about: str, licence: str) -> None:
    """Write every table to *out*/NAME.parquet, and *out*/croissant.json."""
    write_parquet_tables(source, out, tally, plain=True)
    filled = [name for name in SCHEMAS if count_rows(out / f"{name}.parquet")]
    described = describe(source.manifest, out, filled, about, licence)
    (out / "croissant.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def describe(
    manifest: Manifest, out: Path, tables: list[TableName], about: str, licence: str
) -> dict[str, Any]:
    """The Croissant description of the Parquet *tables* in *out*."""
    origin = manifest.origin
    return {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"homefolk_{origin.scenario}",
        "description": f"{about} Synthetic: made with Homefolk, seed {origin.seed}; nobody lived these days.",
        "license": licence,
        "version": "1.0.0",
        "datePublished": str(manifest.settings.get("scenario", {}).get("start", "")),
        "citeAs": f"Homefolk run {manifest.digest}",
        "distribution": [_file(out, name) for name in tables],
        "recordSet": [_records(name) for name in tables],
    }


@cache
def words() -> Mapping[TableName, Mapping[str, str]]:
    """What each column of each table is."""
    found: Mapping[TableName, Mapping[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


def _file(out: Path, name: TableName) -> dict[str, Any]:
    file = out / f"{name}.parquet"
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": digest(file),
    }


def _records(name: TableName) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": list(_fields(name)),
    }


def _fields(name: TableName) -> Iterator[dict[str, Any]]:
    for field in SCHEMAS[name]:
        repeated = pa.types.is_list(field.type) and not pa.types.is_struct(field.type.value_type)
        described = {
            "@type": "cr:Field",
            "@id": f"{name}/{field.name}",
            "name": field.name,
            "description": words()[name][field.name],
            "dataType": _data_type(field.type.value_type if repeated else field.type),
            "source": {"fileObject": {"@id": f"{name}.parquet"}, "extract": {"column": field.name}},
        }
        yield {**described, "repeated": True} if repeated else described


def _data_type(type_: pa.DataType) -> str:
    if pa.types.is_boolean(type_):
        return "sc:Boolean"
    if pa.types.is_integer(type_):
        return "sc:Integer"
    return "sc:DateTime" if pa.types.is_timestamp(type_) else "sc:Text"
