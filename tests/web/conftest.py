"""The whole program on a loopback port, and a real Chromium looking at it."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.app import App, build, site
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import upgrade
from tests.conftest import KEY
from tests.doubles.telegram import serving

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE = {"width": 360, "height": 740}


class Site:
    """A running page that can be stopped and started again on the same database and address."""

    def __init__(self, url: str, library: Library, **settings: object) -> None:
        self.database, self.library, self.settings = url, library, settings
        self.url = ""
        self._stack = contextlib.ExitStack()
        self.app: App | None = None

    def start(self, port: int = 0) -> None:
        made = Settings(database_url=self.database, secret_key=KEY, **self.settings)  # type: ignore[arg-type]
        self.app = build(made, self.library)
        self._stop = asyncio.Event()
        self.url = self._stack.enter_context(serving(site(self.app, self._stop), port))

    def stop(self) -> None:
        self._stop.set()
        self._stack.close()
        assert self.app is not None
        self.app.store.close()

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


@pytest.fixture
def page_site(tmp_path: Path, library: Library) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path / 'web.sqlite3'}"
    upgrade(url)
    made = Site(url, library)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        message = "Chromium is missing; to run the browser tests: sudo apt install chromium"
        if os.environ.get("CAUSO_NO_SKIP"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, page_site: Site) -> Iterator[Callable[..., Page]]:
    """A page at 360 px; whatever the console complains about or loads from elsewhere fails the test."""
    contexts = []

    def opened(path: str = "/", script: bool = True, width: int = 360) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740}, java_script_enabled=script, locale="vi-VN"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda request: None if request.url.startswith(page_site.url) else complaints.append(request.url)
        )
        page.goto(page_site.url + path)
        return page

    complaints: list[str] = []
    yield opened
    for context in contexts:
        context.close()
    expected = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET")
    assert [said for said in complaints if not any(word in said for word in expected)] == []
