"""A county that is served, and a browser that may ask it and nobody else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.dashboards.county import settled
from tests.dashboards.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.dashboards.county import Place

    Sit = Callable[..., Reader]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return settled(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A machine without one fails here: these pages are proven or they are not."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, f"No browser. Install one of: {', '.join(NAMES)} (make browser)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def sit(chromium: Browser, place: Place) -> Iterator[Sit]:
    """A reader before a screen; whatever their pages asked of others, or stumbled over, fails."""
    readers: list[Reader] = []

    def begin(width: int = 1366, height: int = 768) -> Reader:
        reader = Reader(chromium, place, width, height)
        readers.append(reader)
        return reader

    yield begin
    assert [reader.outside for reader in readers] == [[] for _ in readers]
    assert [reader.stumbles for reader in readers] == [[] for _ in readers]
