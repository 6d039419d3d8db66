"""A fleet on a Ray cluster: Ray finds places for workers and replaces who is lost; the hub does the rest.

Every node needs this checkout and its environment at the same paths. Files are written where households are
lived if the run's folder is shared, else carried to it as each household ends.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

from agents.gateway.port import Gateway
from runner.fleet import Fleet, at_once, together
from runner.how import How
from runner.hub import open_hub
from runner.processes import MOST, ROOT, unless_broken
from runner.single import Run
from runner.worker import order_for
from scenarios.errors import RunFailed, UserError

OBJECTS = 128 << 20  # bytes for Ray's object store, which holds next to nothing
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS": "0",
}


async def on_ray(run: Run, fleet: Fleet, gateway: Gateway | None, how: How) -> None:
    """Live the *fleet* by tasks of Ray that ask *gateway* through a hub of this process."""
    if not fleet.waiting:
        return
    with _connected(how) as ray:
        host = ray.util.get_node_ip_address() if how.ray_address else ""
        cores = int(ray.cluster_resources().get("CPU", 1))
        workers = min(how.workers or cores, fleet.waiting)
        async with open_hub(fleet, gateway, run.out, host) as (hub, address):
            order = ray.put(order_for(run, address, ceil(at_once(run) / workers)))
            task = ray.remote(num_cpus=1, max_retries=MOST)(_worker())
            await unless_broken(hub, together(_seen_through(ray, task, order) for _ in range(workers)))


def _worker() -> Callable[[bytes], None]:
    """A worker that finds its way to our code wherever it runs: Ray sends it by value."""
    root = str(ROOT)

    def worker(order: bytes) -> None:
        import sys

        if root not in sys.path:
            sys.path.insert(0, root)
        from runner.worker import work

        work(order)

    return worker


async def _seen_through(ray: Any, task: Any, order: Any) -> None:
    try:
        await task.remote(order)
    except ray.exceptions.RayTaskError as error:
        raise RunFailed(f"a worker failed: {error.cause}") from None
    except ray.exceptions.RayError as error:
        raise RunFailed(f"Ray lost a worker {MOST} times: {type(error).__name__}") from None


@contextmanager
def _connected(how: How) -> Iterator[Any]:
    """Ray itself: the cluster at the address, or one of this machine that ends with the run."""
    os.environ.update(QUIET)
    try:
        import ray
    except ImportError:
        raise UserError(
            "--engine ray needs Ray: `.venv/bin/pip install 'ray>=2.40'`, or use --workers on one machine"
        ) from None
    own: dict[str, Any] = {} if how.ray_address else {"num_cpus": how.workers, "object_store_memory": OBJECTS}
    try:
        ray.init(
            address=how.ray_address or "local", include_dashboard=None if how.ray_address else False,
            log_to_driver=False, logging_level=logging.ERROR, **own,
        )  # fmt: skip
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UserError(f"--ray-address {how.ray_address}: no Ray cluster answers there ({error})") from None
    try:
        yield ray
    finally:
        ray.shutdown()
