"""One process that needs a Zalo token: `python -m tests.channels.zalo_token_worker DATABASE OAUTH_URL REFUSED`."""

import asyncio
import sys

from bot.channels.zalo_oauth import App
from bot.channels.zalo_token import Tokens
from bot.clock import now
from bot.logs import set_up_logs
from bot.store.connect import open_store
from tests.conftest import KEY
from tests.doubles.zalo_oa import APP_ID, APP_SECRET


async def main(database: str, oauth_url: str, refused: str) -> None:
    set_up_logs()
    store = open_store(database)
    tokens = Tokens(store, KEY, App(APP_ID, APP_SECRET, oauth_url), now)
    print("ready", flush=True)
    sys.stdin.readline()
    print(*await asyncio.gather(*(tokens.access(refused or None) for _ in range(10))), flush=True)
    store.close()


asyncio.run(main(*sys.argv[1:]))
