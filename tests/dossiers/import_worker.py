"""A process that imports a table and tells followers what is new, to be killed at any moment.

It prints a line when it begins, when the import is through, and after each look at the news; `done` when a whole import
and a look after it found nothing more.
"""

import sys
from datetime import datetime
from pathlib import Path

from bot.bell import Bell
from bot.channels.console import CONSOLE
from bot.dossiers.importer import import_table
from bot.dossiers.table import NoDossiers, TableDossiers
from bot.engine import Engine
from bot.following.notices import Notices
from bot.store.connect import open_store
from handlers.ports import Tools
from handlers.turn import Outcome, Reply
from knowledge.dossier_tables import read_table_words
from knowledge.load import FOLDER, load


def main(url: str, file: str, now: str) -> None:
    at, store, content = datetime.fromisoformat(now), open_store(url), load(FOLDER, Path(".cache"))
    tools = Tools(content, None, lambda text: None, NoDossiers())  # type: ignore[arg-type]
    engine = Engine(
        store=store,
        tools=lambda *_: tools,
        answer=lambda turn, tools: Reply(Outcome.DONE),
        limits={"console": CONSOLE},
        clock=lambda: at,
        bell=Bell(),
        sorry=lambda: Reply(Outcome.FAILED),
        key="a key for tests only, long enough",
    )
    notices = Notices(store, TableDossiers, lambda: tools, engine.queue, engine.limits, Bell(), lambda: at)
    words = read_table_words(FOLDER, None)
    print("begun", flush=True)
    import_table(Path(file), words, store, at, at.date(), lambda done, of: notices.look() and None)
    print("imported", flush=True)
    while notices.look():
        print("told", flush=True)
    print("done", flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
