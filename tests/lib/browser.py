# SPDX-License-Identifier: MIT
"""A headless Chromium for tests, driven over a pipe: no port, no network, no library.

    with Browser("/usr/bin/chromium", width=1200, height=800) as browser:
        browser.open("file:///tmp/ds/html/index.html")
        browser.wait("rv.isWhole")
        browser.click("#grid .card")
        assert browser.evaluate("document.querySelectorAll('.card').length") == 3
        browser.screenshot("page.png")

Expressions are JavaScript; values come back as JSON. A test fails with BrowserError when the page
throws, logs an error or does not come to what is waited for.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time

SECONDS = 60
KEY_CODES = {"Escape": 27, "ArrowLeft": 37, "ArrowRight": 39}


class BrowserError(Exception):
    """The page, or the browser, did not do what was asked for."""


class Browser:
    """One browser with one page."""

    def __init__(self, program: str, width: int = 1200, height: int = 800) -> None:
        self._size = (width, height)
        self._program = program
        self._number = 0
        self._buffer = b""
        self.errors = []

    def __enter__(self) -> "Browser":
        self._home = tempfile.mkdtemp()
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()

        def place() -> None:
            high = [os.dup(fd) for fd in (to_read, to_write)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        flags += ["--remote-debugging-pipe", "--no-first-run", "--disable-dev-shm-usage"]
        flags += ["--enable-precise-memory-info", "--js-flags=--expose-gc"]
        self._process = subprocess.Popen(
            [self._program, *flags, f"--user-data-dir={self._home}", "about:blank"],
            preexec_fn=place,
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._home},
        )
        os.close(to_read)
        os.close(to_write)
        targets = self._ask("Target.getTargets")["targetInfos"]
        page = next(one["targetId"] for one in targets if one["type"] == "page")
        attached = self._ask("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")
        self.resize(*self._size)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._home, ignore_errors=True)

    # -- messages

    def _receive(self) -> dict:
        while b"\0" not in self._buffer:
            part = os.read(self._from, 1 << 16)
            if not part:
                raise BrowserError("the browser has ended")
            self._buffer += part
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def _ask(self, method: str, session: str = "", **params: object) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._hear(answer)

    def _hear(self, event: dict) -> None:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"].get("exception", {}).get("description"))
        elif event.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url')}")

    def ask(self, method: str, **params: object) -> dict:
        """Sends a command of the DevTools protocol to the page."""
        return self._ask(method, self._session, **params)

    # -- what tests do

    def resize(self, width: int, height: int, is_phone: bool = False) -> None:
        """Sets the size of the window in CSS pixels."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=is_phone,
        )

    def scheme(self, name: str) -> None:
        """Asks pages for "light" or "dark"."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.ask("Emulation.setEmulatedMedia", features=features)

    def open(self, url: str) -> None:
        """Goes to a page and waits until it has loaded."""
        self.errors = []
        self.ask("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def evaluate(self, expression: str) -> object:
        """The value of an expression; one that is a promise is waited for."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            raise BrowserError(f"{expression}: {text}")
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Waits until an expression is true."""
        end = time.monotonic() + SECONDS
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise BrowserError(f"{expression} does not become true; errors: {self.errors}")
            time.sleep(0.02)

    def click(self, selector: str) -> None:
        """Clicks with the mouse into the middle of the first element that is so selected."""
        place = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " if (!e) return null; e.scrollIntoView({block: 'nearest'});"
            " const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        if place is None:
            raise BrowserError(f"there is no {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            self.ask(
                "Input.dispatchMouseEvent",
                type=kind,
                x=place[0],
                y=place[1],
                button="left",
                clickCount=1,
            )

    def press(self, key: str, text: str = "") -> None:
        """Presses a key: "ArrowRight", "b"."""
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=KEY_CODES.get(key, 0),
                **({"text": text or key} if len(text or key) == 1 and kind == "keyDown" else {}),
            )

    def screenshot(self, path: str) -> None:
        """Writes what is in the window as a PNG file."""
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))
