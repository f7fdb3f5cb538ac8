"""How many whole turns a second one process on one core does, beside an echo bot on the same library, in one run.

`python -m bench.throughput [--seconds 10]` starts each bot as a process held to one core, posts the judging messages to
its webhook as Telegram does, and answers its calls as Telegram does, from another core. A turn is whole when its last
message has arrived at the platform: read, answered, committed and delivered. The echo bot keeps nothing and reads
nothing. Then each is given half of what it did, evenly, and the time from post to answer is taken. Telegram's own limit
of 30 messages a second is lifted for this, since it would be all there is to see. Needs what the tests need
(`make test`). The figures go to `docs/throughput.md`.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiohttp import ClientSession, TCPConnector, web

from bot.channels.secrets import webhook_secret

ROOT = Path(__file__).parents[1]
TOKEN, KEY = "12345:bench-token", "a key for measuring only, long enough"
CHATS, AT_ONCE = 400, 32
BOTS = ("echo", "lexical", "everything")
_ME = {"id": 12345, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


@dataclass
class Platform:
    """A Telegram that says yes; `answered` is set per chat when a message reaches it."""

    waiting: dict[int, asyncio.Future[float]] = field(default_factory=dict)
    sent: int = 0

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if method == "getme":
            return web.json_response({"ok": True, "result": _ME})
        if not method.startswith(("send", "edit")):
            return web.json_response({"ok": True, "result": True})
        chat = int((await request.post())["chat_id"])
        self.sent += 1
        future = self.waiting.get(chat)
        if future and not future.done():
            future.set_result(time.perf_counter())
        message = {"message_id": self.sent, "date": 0, "chat": {"id": chat, "type": "private"}, "text": "x"}
        return web.json_response({"ok": True, "result": message})


@contextlib.asynccontextmanager
async def platform() -> AsyncIterator[tuple[Platform, str]]:
    made = Platform()
    app = web.Application(client_max_size=20_000_000)
    app.router.add_post("/bot{token}/{method}", made.call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield made, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Feeder:
    """Posts messages as Telegram does and waits for the answer."""

    def __init__(self, session: ClientSession, there: Platform, url: str) -> None:
        self.session, self.there, self.url, self.numbers = session, there, url, count(1)
        self.headers = {"X-Telegram-Bot-Api-Secret-Token": webhook_secret(KEY, "telegram")}

    async def turn(self, chat: int, text: str) -> float:
        """Seconds from the post to the first message of the answer."""
        number, begin = next(self.numbers), time.perf_counter()
        person = {"id": chat, "is_bot": False, "first_name": "Tư"}
        message = {"message_id": number, "date": int(time.time()), "from": person, "text": text}
        update = {"update_id": number, "message": {**message, "chat": {"id": chat, "type": "private"}}}
        self.there.waiting[chat] = arrived = asyncio.get_running_loop().create_future()
        async with self.session.post(self.url, json=update, headers=self.headers) as answer:
            assert answer.status == 200, answer.status
        return await asyncio.wait_for(arrived, 60) - begin

    async def flat_out(self, texts: list[str], seconds: float) -> float:
        """Turns a second while so many residents always wait for an answer."""
        end, done, numbers = time.perf_counter() + seconds, 0, count()

        async def resident(which: int) -> None:
            nonlocal done
            while time.perf_counter() < end:
                number = next(numbers)
                chat = 1000 + which * (CHATS // AT_ONCE) + number % (CHATS // AT_ONCE)
                await self.turn(chat, texts[number % len(texts)])
                done += 1

        begin = time.perf_counter()
        await asyncio.gather(*(resident(which) for which in range(AT_ONCE)))
        return done / (time.perf_counter() - begin)

    async def evenly(self, texts: list[str], rate: float, seconds: float) -> list[float]:
        """Seconds each turn took when they come at this rate."""
        begin, running = time.perf_counter(), list[asyncio.Task[float]]()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            running.append(asyncio.create_task(self.turn(10_000 + number % 5000, texts[number % len(texts)])))
        return await asyncio.gather(*running)


async def measured(name: str, texts: list[str], seconds: float) -> tuple[float, float, float]:
    """Turns a second; the median and the 99th percentile at half of that, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        async with platform() as (there, api), ClientSession(connector=TCPConnector(limit=0)) as session:
            command = [sys.executable, "-m", "bench.bots", name, api, folder]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            try:
                assert process.stdout is not None
                os.sched_setaffinity(process.pid, {0})
                port = (await asyncio.to_thread(process.stdout.readline)).strip()
                feeder = Feeder(session, there, f"http://127.0.0.1:{port}/webhooks/telegram")
                await feeder.flat_out(texts, 2)  # warm
                rate = await feeder.flat_out(texts, seconds)
                took = sorted(await feeder.evenly(texts, rate / 2, seconds))
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(20)
    return rate, statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=10.0, help="how long each measurement takes")
    options.add_argument("--bots", nargs="*", choices=BOTS, default=BOTS)
    given = options.parse_args()
    lines = (ROOT / "tests" / "questions" / "topics.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["q"] for line in lines]
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, set(os.sched_getaffinity(0)) - {0})
    print("| bot | turns a second | of echo | median at half load, ms | 99th percentile, ms |\n|---|---|---|---|---|")
    echo = 0.0
    for name in given.bots:
        rate, middle, most = asyncio.run(measured(name, texts, given.seconds))
        echo = echo or rate
        print(f"| {name} | {rate:.0f} | {rate / echo:.0%} | {middle:.1f} | {most:.1f} |", flush=True)


if __name__ == "__main__":
    main()
