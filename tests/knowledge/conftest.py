"""A copy of the content to break: the real one, with a few files as they once were, so that editing breaks no test."""

import shutil
from pathlib import Path

import pytest

from knowledge.load import FOLDER

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("messages*", "lexicon"))
    shutil.copytree(SAMPLE, copy, dirs_exist_ok=True)
    return copy
