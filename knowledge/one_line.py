"""One more line in a YAML file that people keep by hand: comments, order and line ends stay as they were."""

import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from knowledge.draft import quoted
from knowledge.source_lines import Loader, parse

_SPECIAL = set("\"'#{}[]&*!|>%@`,:?\\")


def with_item(text: str, key: str, item: str) -> str | None:
    """The text of a file with one more line at the end of the list `key`; None where that is not a list of lines."""
    root = yaml.compose(text, Loader=Loader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    node = next((value for name, value in pairs if name.value == key), None)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value:
        return None
    last = node.value[-1]
    lines = text.splitlines(keepends=True)
    place = last.end_mark.line + (1 if last.end_mark.column else 0)
    above = lines[last.start_mark.line]
    newline = "\r\n" if above.endswith("\r\n") else "\n"
    if not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    start, dash, _ = above.partition("-")
    if start.strip() or not dash:
        return None
    after = "".join([*lines[:place], f"{start}- {_scalar(item)}{newline}", *lines[place:]])
    before = parse(text)
    assert isinstance(before, Mapping)
    return after if _parsed(after) == {**before, key: [*before[key], item]} else None


def _parsed(text: str) -> object:
    try:
        return parse(text)
    except yaml.YAMLError:
        return None


def _scalar(item: str) -> str:
    plain = not (_SPECIAL & set(item)) and parse(item) == item and not item.startswith("-")
    return item if plain else quoted(item)


def replace(path: Path, text: str) -> None:
    """Puts the text in the file's place at once, so that a running server never reads half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    fresh.write_text(text, encoding="utf-8", newline="")
    fresh.chmod(path.stat().st_mode)
    fresh.replace(path)
