"""Firefox for tests, driven by WebDriver BiDi. Playwright needs a newer Firefox than Debian's."""

import base64
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from browser.lab import MINUTE
from websocket import WebSocket, create_connection

PROGRAMS = ("firefox-esr", "firefox")
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox:
    """A tab of Firefox.

    Attributes
    ----------
    console : list of str
        What pages wrote to the console as an error, and what their scripts threw.
    """

    def __init__(self, socket: WebSocket) -> None:
        self._socket, self._numbers = socket, count(1)
        self.console: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        # The first tab never gets the focus without a window, and JupyterLab's current notebook is the focused one.
        self._tab = self.send("browsingContext.create", type="tab")["context"]
        self.send("browsingContext.activate", context=self._tab)
        self.resize(1280, 1000)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.console.append(str(answer["params"]["text"]))
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
                return dict(answer["result"])

    def resize(self, width: int, height: int) -> None:
        """Change the size of the page."""
        self.send("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})

    def goto(self, address: str) -> None:
        """Load a page."""
        self.send("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, function: str, *values: Any) -> Any:
        """Call a JavaScript function with JSON values, wait for its promise, and return what JSON keeps of it."""
        called = f"async (text) => JSON.stringify(await ({function})(...JSON.parse(text)) ?? null)"
        done = self.send(
            "script.callFunction",
            functionDeclaration=called,
            arguments=[{"type": "string", "value": json.dumps(values)}],
            target={"context": self._tab},
            awaitPromise=True,
        )
        if done["type"] == "exception":
            raise RuntimeError(done["exceptionDetails"]["text"])
        return json.loads(done["result"]["value"])

    def wait_for(self, function: str, *values: Any, timeout: float = MINUTE) -> Any:
        """Call a function until its result is true, and return it."""
        deadline = time.monotonic() + timeout
        while not (found := self.evaluate(function, *values)):
            assert time.monotonic() < deadline, f"after {timeout:g} s not yet: {function}"
            time.sleep(0.2)
        return found

    def screenshot(self, path: Path) -> None:
        """Save what the page shows."""
        data = self.send("browsingContext.captureScreenshot", context=self._tab)["data"]
        path.write_bytes(base64.b64decode(data))


@contextmanager
def firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """Run a Firefox without a window and without its reports and updates."""
    profile.mkdir(exist_ok=True)
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), "utf-8")
    command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"]
    with (profile / "log.txt").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = _address(process, profile / "log.txt")
            socket = create_connection(f"{address}/session", timeout=5 * MINUTE, suppress_origin=True)
            yield Firefox(socket)
            socket.close()
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + MINUTE
    while time.monotonic() < deadline and process.poll() is None:
        if found := _LISTENS.search(log.read_text("utf-8", "replace")):
            return found[1]
        time.sleep(0.2)
    raise RuntimeError(f"Firefox did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
