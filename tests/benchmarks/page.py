"""The local workspace in a browser: from opening its address until it can be used, and from Enter to the answer."""

import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.figures import spread, table
from tests.benchmarks.processes import Process, free_port
from tests.browser.conftest import ARGUMENTS


def measure(*, is_quick: bool) -> str:
    """A table of times. Where there is no Chromium, a sentence."""
    path = shutil.which("chromium")
    if path is None:
        return "There is no Chromium on this machine.\n"
    times = 5 if is_quick else 20
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = ["-m", "bot", "local", "--no-browser", "--port", str(port)]
        with Process(command, port, {"HOME": folder}, Path(folder)):
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            page = browser.new_page()
            loads = [_load(page, f"http://127.0.0.1:{port}/") for _ in range(times)]
            answers = [_ask(page, "/okr search #growth") for _ in range(times)]
            browser.close()
    rows = [
        ["opening the page until it can be used", *spread(loads)],
        ["Enter until the answer is shown", *spread(answers)],
    ]
    return table(["", "p50", "p95", "p99"], rows)


def _load(page: Page, address: str) -> float:
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    return time.perf_counter() - begun


def _ask(page: Page, line: str) -> float:
    before = page.locator("main .message").count()
    page.locator("main .composer-input").fill(line)
    begun = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function("n => document.querySelectorAll('main .message').length > n", arg=before)
    return time.perf_counter() - begun
