"""A headless Chromium that shows a page and does as it is told, through the DevTools protocol on a pipe.

https://chromedevtools.github.io/devtools-protocol/ ; messages are JSON that end in a zero byte, from file
descriptor 3 and to 4. No driver, no port, no network.
"""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), "")
"""Where it is; '' where there is none."""
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--disable-dev-shm-usage", "--remote-debugging-pipe",
)  # fmt: skip
LAPTOP, PHONE = (1280, 800), (390, 844)


class Failed(RuntimeError):
    """The browser, or a script in the page, says that something went wrong."""


class Page:
    """One page in one browser."""

    def __init__(self, told: int, tells: int) -> None:
        self._told, self._tells = told, os.fdopen(tells, "rb")
        self._count, self._rest = 0, b""
        self.logged: list[str] = []  # what the page and its browser complained of
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    _session = ""

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one command of the protocol."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._told, json.dumps(message).encode() + b"\0")
        while (reply := self._next()).get("id") != self._count:
            self._hear(reply)
        if "error" in reply:
            raise Failed(f"{method}: {reply['error']['message']}")
        return dict(reply["result"])

    def size(self, width: int, height: int, *, dark: bool = False, calm: bool = False) -> None:
        """Look at it in a window of *width* × *height* px."""
        phone = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone,
        )  # fmt: skip
        features = [("prefers-color-scheme", "dark" if dark else "light")]
        features += [("prefers-reduced-motion", "reduce")] if calm else []
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": name, "value": value} for name, value in features],
        )

    def open(self, page: Path, ready: str = "document.readyState === 'complete'") -> None:
        """Load a file and wait until *ready*, a script, holds."""
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.wait(ready)

    def wait(self, until: str) -> None:
        """Wait until the script *until* holds, ten seconds at most."""
        loop = """(async () => {
          for (let tried = 0; tried < 1000; tried++) {
            if (UNTIL) return true;
            await new Promise((go) => setTimeout(go, 10));
          }
          return false;
        })()""".replace("UNTIL", until)
        if not self.run(loop):
            raise Failed(f"the page never came to: {until}; it says {self.logged}")

    def run(self, script: str) -> Any:
        """The value of *script* in the page; of a promise what it promises."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise Failed(str(found["exceptionDetails"].get("exception", {}).get("description", found)))
        return found["result"].get("value")

    def key(self, key: str, code: str = "", text: str = "", modifiers: int = 0) -> None:
        """Press a key and let it go."""
        named = {"key": key, "code": code or key, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", **named, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def mouse(self, kind: str, x: float, y: float) -> None:
        """'mousePressed', 'mouseMoved' or 'mouseReleased' at a point."""
        button = "none" if kind == "mouseMoved" and not self._held else "left"
        self._held = kind != "mouseReleased" and (self._held or kind == "mousePressed")
        about = {"button": button, "buttons": int(self._held), "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **about)

    _held = False

    def click(self, selector: str) -> None:
        """Click in the middle of the first element that *selector* finds."""
        found = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        place = self.run(f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({found})")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.mouse(kind, *place)

    def picture(self, file: Path) -> None:
        """What is in the window, as PNG or WebP by the name of the *file*."""
        how = {"format": "png"} if file.suffix == ".png" else {"format": "webp", "quality": 82}
        file.write_bytes(b64decode(self.call("Page.captureScreenshot", **how)["data"]))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not (read := self._tells.read1(1 << 20)):
                raise Failed("the browser has gone")
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _hear(self, message: dict[str, Any]) -> None:
        """Remember complaints and whatever is fetched beside the page itself."""
        about = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.logged.append(details.get("exception", {}).get("description", details["text"]))
        elif message.get("method") == "Log.entryAdded":
            self.logged.append(about["entry"]["text"])
        elif message.get("method") == "Network.requestWillBeSent" and not about["request"]["url"].startswith(
            "file:"
        ):
            self.logged.append(f"fetched {about['request']['url'][:100]}")


@contextmanager
def chromium() -> Iterator[Page]:
    """A page in a browser of its own, which ends with it."""
    if not PROGRAM:
        raise Failed(f"no browser: none of {', '.join(NAMES)} is installed")
    there, told = map(_above, os.pipe())
    tells, here = map(_above, os.pipe())
    with TemporaryDirectory(prefix="homefolk-chromium-", ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [PROGRAM, *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=lambda: (os.dup2(there, 3), os.dup2(here, 4)), pass_fds=(3, 4),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(there)
        os.close(here)
        try:
            yield Page(told, tells)
        finally:
            os.close(told)
            with suppress(subprocess.TimeoutExpired):
                browser.wait(5)
            browser.kill()
            browser.wait()


def _above(descriptor: int) -> int:
    """The same file, out of the way of 3 and 4."""
    copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return copy
