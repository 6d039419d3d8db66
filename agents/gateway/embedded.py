"""The embedded model: a real language model, served on loopback by an in-process llama.cpp.

One slot, a fixed seed and no flash attention, so that the same questions get the same replies: with it,
scores move by some tenths of a nat with the pieces in which a prefix happened to be cached.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agents.gateway.port import Endpoint
from scenarios.errors import UserError

CONTEXT = 4096  # tokens
PREFIXES_MIB = 1024  # RAM for prefixes of earlier prompts
SEED = 7
SILENT, TALKATIVE = -1, 3  # llama.cpp's verbosity
LOG_VARIABLE = "HOMEFOLK_LLAMA_LOG"


@contextmanager
def embedded_server(weights: Path, model: str, threads: int | None = None) -> Iterator[Endpoint]:
    """Serve *weights* under the name *model* on a free loopback port, with a key of its own, until left.

    Two threads on two busy cores wait for each other, so small machines get one unless *threads* says more.
    """
    key = secrets.token_hex(16)
    server = _start(_parameters(weights, key, threads or max(1, (os.cpu_count() or 1) - 2)), weights)
    try:
        yield Endpoint(model=model, base_url=f"{server.listening_address}/v1", api_key=key)
    finally:
        del server  # stops it


def free_cores() -> int:
    """How many cores nobody has used for a minute, one at least; replies are the same by any number."""
    return max(1, (os.cpu_count() or 1) - round(os.getloadavg()[0]))


def _parameters(weights: Path, key: str, threads: int) -> Any:
    parameters = _runtime().CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx, parameters.n_parallel = CONTEXT, 1
    parameters.hostnames, parameters.port, parameters.api_keys = ["127.0.0.1"], 0, [key]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.sampling.seed = SEED
    parameters.flash_attn_type = _runtime().llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    parameters.cache_ram_mib = PREFIXES_MIB
    parameters.ui = False
    parameters.verbosity = TALKATIVE if os.environ.get(LOG_VARIABLE) else SILENT
    return parameters


def _start(parameters: Any, weights: Path) -> Any:
    try:
        return _runtime().Server(parameters)
    except RuntimeError:
        raise UserError(
            f"{weights}: llama.cpp cannot load these weights; is the file complete? "
            f"{LOG_VARIABLE}=1 shows its log"
        ) from None


def _runtime() -> Any:
    try:
        import xllamacpp
    except ImportError:
        raise UserError(
            "the embedded model needs xllamacpp: run `make env`, or use --base-url and --model"
        ) from None
    return xllamacpp
