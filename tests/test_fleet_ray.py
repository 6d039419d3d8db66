"""A fleet on Ray: on a cluster of this machine, and on two nodes one of which is lost in the middle."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fleets import contents, eventually, full_only, lived, street

from tests.command import ended, homefolk, said, start

pytest.importorskip("ray")


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes of one core each on this machine."""
    from ray.cluster_utils import Cluster

    quiet = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 << 20}
    cluster = Cluster(initialize_head=True, head_node_args=quiet)
    try:
        yield cluster, cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
    finally:
        cluster.shutdown()


def test_a_node_is_lost_and_no_byte_changes(tmp_path: Path, cluster: tuple[Any, Any]) -> None:
    nodes, second = cluster
    scenario = street(tmp_path, households=24)
    command = start(
        scenario, "--engine", "ray", "--ray-address", nodes.address, "--out", "run", "--json", cwd=tmp_path
    )
    done = tmp_path / "run" / "done"
    eventually(lambda: len(list(done.glob("*.json"))) > 3, seconds=120)
    nodes.remove_node(second, allow_graceful=False)
    left = len(list(done.glob("*.json")))
    told = ended(command)
    assert told.code == 0, told.err
    assert left < 24, "the node was lost in the middle"
    lived(scenario, tmp_path / "alone")
    assert contents(tmp_path / "run") == contents(tmp_path / "alone")


@full_only
def test_a_ray_of_its_own(tmp_path: Path) -> None:
    scenario = street(tmp_path)
    told = homefolk(scenario, "--engine", "ray", "--workers", 2, "--out", "run", "--json", cwd=tmp_path)
    assert told.code == 0, told.err
    assert "ray" not in told.err.lower(), "it is quiet"
    assert told.summary["digest"] == lived(scenario, tmp_path / "alone")["digest"]


def test_where_no_cluster_is_or_no_ray_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = street(tmp_path)
    monkeypatch.setitem(sys.modules, "ray", None)
    missing = said(scenario, "--engine", "ray", "--out", tmp_path / "run")
    assert (missing.code, "--engine ray needs Ray" in missing.sentence) == (2, True)
