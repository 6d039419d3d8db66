"""Text handed to a language model, in the tokens of a real one."""

import asyncio
import importlib.util
import os
from collections import Counter
from pathlib import Path

import pytest

from agents.gateway.embedded import embedded_server
from agents.gateway.native import Native
from agents.gateway.weights import find_weights
from agents.words import DAYS
from dataset.importing import import_routines
from dataset.vocabulary import Vocabulary
from sppc.patterns import read, write

WINTER = 506  # SmartGen's FR winter, split_trn


@pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="no embedded model")
@pytest.mark.parametrize("many", [20, 100])
def test_a_real_tokenizer_counts_a_quarter_of_what_nested_lists_take(many: int) -> None:
    path = Path(os.environ.get("HOMEFOLK_DATA", "../shared/data")) / "smartgen" / "sequences.parquet"
    if not path.is_file():
        pytest.skip("no real logs")
    log = import_routines("smartgen", path, Vocabulary.shipped("fr"), WINTER).routines
    pieces = [*dict.fromkeys(log.sequences())][:many]
    nested = [
        [[DAYS[b.day], f"({b.slot * 3}~{b.slot * 3 + 3})", b.device, b.action] for b in piece]
        for piece in pieces
    ]
    ours = write(Counter(pieces))
    assert read(ours) == Counter(pieces)
    weights = find_weights()
    with embedded_server(weights.path, weights.model, threads=1) as endpoint:
        server = Native(endpoint, 60)
        counts = [
            len(asyncio.run(server.post("/tokenize", {"content": text}, "tokens"))["tokens"])
            for text in (str(nested), ours)
        ]
    assert counts[0] >= 4 * counts[1]
