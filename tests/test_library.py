"""The content of a running server changes when its files do."""

import asyncio
import shutil
from pathlib import Path

from bot.library import Library
from knowledge.load import FOLDER


async def test_a_change_of_a_file_is_noticed_and_a_broken_one_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("messages", "catalogue"))
    (folder / "catalogue").mkdir()
    library, stop = Library(folder), asyncio.Event()
    watching = asyncio.create_task(library.watch(stop))
    await asyncio.sleep(0.5)
    file = folder / "procedures/dang-ky-tam-tru.yaml"
    good = file.read_text(encoding="utf-8")

    async def until(done: object) -> None:
        for _ in range(100):
            if done():  # type: ignore[operator]
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the change was not noticed")

    def name() -> str:
        return library.current.content.procedures["dang-ky-tam-tru"].everyday

    file.write_text(good.replace("everyday: Đăng ký tạm trú khi ở trọ", "everyday: Khai tạm trú"), encoding="utf-8")
    await until(lambda: name() == "Khai tạm trú")
    file.write_text("id: [", encoding="utf-8")
    await until(lambda: library.problems)
    assert name() == "Khai tạm trú"
    assert "dang-ky-tam-tru.yaml" in library.problems[0]
    stop.set()
    await watching
