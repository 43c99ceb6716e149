"""A stage and a browser; without Chromium these tests are skipped, in CI they fail."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.stage import Stage
from tests.world import DEADLINE

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--no-default-browser-check"),
]
expect.set_options(timeout=1000 * DEADLINE)
ARTIFACTS = Path(__file__).parent.parent.parent / "artifacts"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module: its event loop stays on this thread, beside which the workflow engine cannot be asked."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine, and the browser tests are required here")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A fresh workspace with the gallery's app in it."""
    made = Stage()
    yield made
    made.close()


@pytest.fixture
def open_page(browser: Browser, stage: Stage) -> Iterator[Open]:
    """Opens the workspace as a person; any error in the page's console fails the test."""
    contexts = []
    faults: list[str] = []

    def open_one(as_: str = "U0ADA", *, place: str = "", width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.route("https://**", lambda route: route.abort())
        context.set_default_timeout(1000 * DEADLINE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: note(message, faults))
        page.goto(f"{stage.address}/?as={as_}{place}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def note(message: Any, faults: list[str]) -> None:
    """Keeps what the page complained of; a resource that was refused is the test's own doing."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        faults.append(message.text)


def keep(page: Page, name: str) -> None:
    """Keeps a screenshot for CI, in artifacts/."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


@pytest.fixture
def general(open_page: Open) -> Page:
    """#general, as Ada."""
    return open_page(place="#/C0GENERAL")


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core; its path comes from AXE_JS."""
    path = os.environ.get("AXE_JS", "")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("AXE_JS names no axe.min.js, and the accessibility tests are required here")
        pytest.skip("AXE_JS names no axe.min.js")
    return Path(path).read_text(encoding="utf-8")
