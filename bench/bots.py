"""The bots that `bench.throughput` compares; each prints its port when it is ready.

`python -m bench.bots echo|lexical|everything API_URL FOLDER`
"""

import asyncio
import signal
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bench.throughput import KEY, TOKEN
from bot.app import build, channels, site
from bot.channels.contract import Pace
from bot.library import Library, set_aside
from bot.logs import set_up_logs
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.connect import upgrade


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await context.bot.send_message(update.message.chat_id, update.message.text or "")


async def echo(api: str, stop: asyncio.Event) -> None:
    """The shortest bot the library's own way: every message comes back, nothing is kept."""
    made = Application.builder().token(TOKEN).base_url(f"{api}/bot").concurrent_updates(True).updater(None).build()
    made.add_handler(MessageHandler(filters.TEXT, _echo))

    async def receive(request: Request) -> Response:
        await made.process_update(Update.de_json(await request.json(), made.bot))
        return Response()

    async with made:
        await made.start()
        await serve(Starlette(routes=[Route("/webhooks/telegram", receive, methods=["POST"])]), stop)
        await made.stop()


async def ours(api: str, folder: Path, everything: bool, stop: asyncio.Event) -> None:
    """The whole program on an SQLite file, without Telegram's pace."""
    url = f"sqlite:///{folder / 'causo.sqlite3'}"
    upgrade(url)
    given = {"database_url": url, "secret_key": KEY, "place": "phuong-ngo-quyen", "cache_dir": folder}
    telegram = {"telegram_token": TOKEN, "telegram_api_url": api, "telegram_mode": "webhook"}
    library = Library(cache=folder)
    if not everything:
        library.current.reader.fusion = None  # words alone, as on a machine without onnxruntime
    app = build(Settings(**given, **telegram), library)  # type: ignore[arg-type]
    assert app.telegram is not None
    set_aside()  # as when it is served
    app.telegram.pace = Pace(per_second=1_000_000, chat_seconds=0)
    outbox = asyncio.create_task(Outbox(app.store, channels(app), app.bell).run(stop))
    await serve(site(app, stop), stop)
    await outbox
    await app.telegram.close()
    app.store.close()


async def serve(app: ASGIApp, stop: asyncio.Event) -> None:
    """On a free port, until told to stop."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await running
    stop.set()


def main(name: str, api: str, folder: str) -> None:
    set_up_logs()
    stop = asyncio.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(echo(api, stop) if name == "echo" else ours(api, Path(folder), name == "everything", stop))


if __name__ == "__main__":
    main(*sys.argv[1:])
