"""Serving: the web page, the outbox, the channels that poll, and the watch on the content, until told to stop."""

import asyncio
import contextlib
import signal
import socket
from functools import partial

import structlog
import uvicorn

from bot.app import App, Worker, channels, site, take
from bot.channels.secrets import webhook_secret
from bot.channels.zalo_bot_build import run_zalo_bot, zalo_bot_quota
from bot.errors import SettingsError
from bot.library import set_aside
from bot.outbox import Outbox

_AGAIN_SECONDS = 2.0
_log = structlog.get_logger()


async def serve(app: App) -> None:
    """Runs until SIGINT or SIGTERM; then finishes what is being sent. Raises `SettingsError` if the port is taken."""
    set_aside()
    stop = asyncio.Event()
    listener = _listen(app.settings.host, app.settings.port)
    server = uvicorn.Server(
        uvicorn.Config(
            site(app, stop), log_config=None, access_log=False, timeout_graceful_shutdown=3, server_header=False
        )
    )
    outbox = Outbox(store=app.store, channels=channels(app), bell=app.bell, quotas=zalo_bot_quota(app.settings))
    workers: list[Worker] = [outbox.run, app.library.watch, *app.workers]
    if app.telegram:
        workers.append(partial(_telegram, app))
    if app.zalo_bot and app.lost:
        workers.append(partial(run_zalo_bot, app.zalo_bot, app.settings, app.key, take(app), app.lost))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_until(server, listener, stop))
        for worker in workers:
            tasks.create_task(_kept(worker, stop))
        _announce(app, listener)
    if app.telegram:
        await app.telegram.close()
    if app.zalo_oa:
        await app.zalo_oa.close()
    if app.zalo_bot and app.lost:
        await app.zalo_bot.close()
        await app.lost.keep()
    if app.remote:
        app.remote.close()
    app.store.close()


async def _kept(worker: Worker, stop: asyncio.Event) -> None:
    """One worker until `stop`. One that stumbles over an error nobody thought of begins again a little later: neither
    the page nor the other channels may go down with it."""
    while not stop.is_set():
        running = asyncio.create_task(worker(stop))
        try:
            await asyncio.wait({running})
        finally:
            running.cancel()
        error = running.exception()
        if error is None:
            return
        _log.error("worker_failed", again_in=_AGAIN_SECONDS, exc_info=error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _AGAIN_SECONDS)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise SettingsError(f"CAUSO_PORT: cannot listen on {host}:{port}: {error.strerror}; choose another") from None
    return listener


def _announce(app: App, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    address = app.settings.public_url or f"http://{app.settings.host}:{port}"
    print(f"Cầu Số is ready: {address}  (Ctrl-C stops it)", flush=True)


async def _until(server: uvicorn.Server, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve until a signal says stop. The open event streams end first, so that nobody has to wait for browsers."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        server.should_exit = True

    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    await server.startup(sockets=[listener])
    if not server.should_exit:
        await server.main_loop()
    await server.shutdown(sockets=[listener])
    stop.set()


async def _telegram(app: App, stop: asyncio.Event) -> None:
    assert app.telegram is not None
    secret = webhook_secret(app.key, "telegram")
    texts = app.library.current.content.texts
    commands = {key.removeprefix("command_"): text for key, text in texts.items() if key.startswith("command_")}
    setting_up = asyncio.create_task(
        app.telegram.set_up(app.settings.telegram_mode, app.settings.address, secret, commands)
    )
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({setting_up, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not setting_up.done():
        setting_up.cancel()
        return
    stopping.cancel()
    if app.settings.telegram_mode == "polling":
        await app.telegram.poll(take(app), stop)
