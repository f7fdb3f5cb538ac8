"""A process that tells people an announcement, to be killed at any moment. It prints a line when it begins and after
each look; `done` when two looks one after the other found nobody left."""

import sys
from datetime import datetime

from bot.announce.audience import Scope
from bot.announce.sending import Announcer
from bot.bell import Bell
from bot.channels.telegram import Telegram
from bot.engine import Engine
from bot.errors import StoreAway
from bot.store.connect import open_store
from handlers.turn import Outcome, Reply

TEXTS = dict.fromkeys(("announce_picture", "announce_stop", "button_news_topic", "button_news_stop"), "x")


def main(url: str, now: str) -> None:
    at, store = datetime.fromisoformat(now), open_store(url)
    limits = {"telegram": Telegram.limits}
    engine = Engine(
        store=store,
        tools=lambda *_: None,  # type: ignore[arg-type,return-value]
        answer=lambda turn, tools: Reply(Outcome.DONE),
        limits=limits,
        clock=lambda: at,
        bell=Bell(),
        sorry=lambda: Reply(Outcome.FAILED),
        key="a key for tests only, long enough",
    )
    texts = {"announce_head": "{text}", **TEXTS}
    announcer = Announcer(store, Scope(limits, 0), engine.queue, lambda: texts, limits, Bell(), lambda: at)
    print("begun", flush=True)
    idle = 0
    while idle < 2:
        try:
            idle = 0 if announcer.look() else idle + 1
        except StoreAway:  # as the worker of the program: it looks again later
            idle = 0
        print("looked", flush=True)
    print("done", flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
