"""A hall on each database."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from bot.app import App, build
from bot.library import Library
from bot.settings import Settings
from tests.conftest import KEY
from tests.tickets.hall import Hall


@pytest.fixture
def hall(database_url: str, library: Library) -> Iterator[Hall]:
    def start(clock: Callable[[], datetime]) -> App:
        settings = Settings(database_url=database_url, secret_key=KEY, place="phuong-ngo-quyen")  # type: ignore[arg-type]
        return build(settings, library, clock)

    made = Hall(start)
    yield made
    made.close()
