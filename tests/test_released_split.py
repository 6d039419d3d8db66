"""SmartGen's splits as released: our account of its code gives its files, behaviour by behaviour."""

import csv
import os
from pathlib import Path

import pytest

from dataset.importing import import_routines
from dataset.routines import Routine
from dataset.vocabulary import Vocabulary
from sppc.split import split, split_as_released
from tests.stories import did

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[2] / "shared" / "data")) / "smartgen"


def released(context: str, name: str) -> list[Routine]:
    """The sequences of one of SmartGen's files for its French winter, daytime or single."""
    with (DATA / "files.csv").open(encoding="utf-8") as rows:
        (content,) = (
            int(row["content_id"])
            for row in csv.DictReader(rows)
            if row["path"] == f"SmartGen/IoT_data/fr/{context}/{name}.pkl"
        )
    log = import_routines("smartgen", DATA / "sequences.parquet", Vocabulary.shipped("fr"), content)
    return [*log.routines.sequences()]


@pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")
@pytest.mark.parametrize(("context", "pieces"), [("winter", 1728), ("daytime", 319), ("single", 1993)])
def test_the_released_splits_come_out_again(context: str, pieces: int) -> None:
    ours = split_as_released(released(context, "trn"))
    assert list(ours) == released(context, "split_trn")
    assert len(ours) == pieces


def test_past_a_day_the_released_split_leaves_every_behaviour_alone() -> None:
    nine_hours_apart = [did(hour // 24, hour % 24 // 3, "Light:switch on") for hour in range(0, 63, 9)]
    assert [len(piece) for piece in split_as_released([tuple(nine_hours_apart)])] == [3, 1, 1, 1, 1]
    assert [len(piece) for piece in split([tuple(nine_hours_apart)])] == [3, 3, 1]
