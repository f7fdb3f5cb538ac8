"""The program goes on when one of its workers stumbles."""

import asyncio
import signal
from dataclasses import replace

import httpx

from bot.app import build
from bot.library import Library
from bot.run import serve
from bot.settings import Settings
from tests.conftest import KEY
from tests.soak.town import free_port


async def test_a_worker_that_stumbles_begins_again_and_the_page_goes_on(database_url: str, library: Library) -> None:
    settings = Settings(database_url=database_url, secret_key=KEY, place="phuong-ngo-quyen", port=free_port())  # type: ignore[arg-type]
    statuses: list[int] = []

    async def stumbles_at_first(stop: asyncio.Event) -> None:
        async with httpx.AsyncClient() as client:
            statuses.append((await client.get(f"http://127.0.0.1:{settings.port}/healthz")).status_code)
        if len(statuses) == 1:
            raise LookupError("nobody thought of this")
        signal.raise_signal(signal.SIGTERM)
        await stop.wait()

    await asyncio.wait_for(serve(replace(build(settings, library), workers=(stumbles_at_first,))), 30)
    assert statuses == [200, 200]
