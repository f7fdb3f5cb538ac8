"""A process that takes messages from standard input and delivers replies, to be killed at any moment.

Each line in is `chat message_id`; each line out is the message id, printed only after `take` returned.
The reply to a message is how many turns its chat has had, counted in the stored state.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from anyio import to_thread

from bot.bell import Bell
from bot.engine import Engine
from bot.outbox import Outbox
from bot.store.connect import open_store
from handlers.ports import Tools
from handlers.turn import Incoming, Memory, Outcome, Reply, TextPart, Turn
from tests.engine.receiver import FileChannel


def count(turn: Turn, tools: Tools) -> Reply:
    """One more turn; the message's own text shows which message it was."""
    turns = turn.memory.misses + 1
    text = TextPart(f"{turns} {turn.incoming.message_id}")
    return Reply(Outcome.ANSWERED, (text,), memory=Memory(misses=turns))


async def main(url: str, file: str) -> None:
    store, bell, channel = open_store(url), Bell(), FileChannel(Path(file))
    sorry = Reply(Outcome.FAILED, (TextPart("sorry"),))
    engine = Engine(
        store=store,
        tools=lambda *_: None,  # type: ignore[arg-type, return-value]
        answer=count,
        limits={"file": channel.limits},
        clock=lambda: datetime.now(UTC),
        bell=bell,
        sorry=lambda: sorry,
        key="test key",
    )
    stop = asyncio.Event()
    delivering = asyncio.create_task(Outbox(store, {"file": channel}, bell).run(stop))
    while line := await to_thread.run_sync(sys.stdin.readline):
        chat, key = line.split()
        await to_thread.run_sync(engine.take, Incoming("file", chat, key, datetime.now(UTC), key))
        print(key, flush=True)
    stop.set()
    await delivering
    store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
