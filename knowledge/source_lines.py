"""YAML with the line of every value, so that a problem can name the place an editor has to look at."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: the same, slower
    from yaml import SafeLoader  # type: ignore[assignment]


Where = tuple[str | int, ...]


class Loader(SafeLoader):
    """Safe, and without YAML 1.1's surprises: `on` and `no` are words, 1.001193 is a code, dates stay text."""


# Keep null, true/false and whole numbers; drop the rest of the implicit types.
Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9]\d*)$"), list("-0123456789"))
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null)?$"), ["~", "n", ""])


class DuplicateKeyError(ValueError):
    """A mapping says the same key twice; YAML would silently keep the last."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


def parse(text: str) -> object:
    """The plain data of one YAML document. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=Loader)  # noqa: S506  a safe loader either way


def reject_duplicate_keys(text: str) -> None:
    """Raises `DuplicateKeyError` for the first mapping key written twice."""
    root = yaml.compose(text, Loader=Loader)
    waiting = [root] if root else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise DuplicateKeyError(str(key.value), key.start_mark.line + 1)
                seen.add(key.value)
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)


def line_of(path: Path, where: Sequence[str | int]) -> int:
    """The 1-based line at which `where` (keys and indexes) stands, or its nearest ancestor that exists."""
    node = _composed(path, path.stat().st_mtime_ns)
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


@lru_cache(maxsize=8)
def _composed(path: Path, _changed: int) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8"), Loader=Loader)
    return node


def marked(text: str, marker: str) -> dict[int, tuple[Where, str]]:
    """The lines with a comment “# marker: what is missing”: the field the line is about, and what is missing."""
    fields: dict[int, Where] = {}
    waiting: list[tuple[yaml.Node | None, Where]] = [(yaml.compose(text, Loader=Loader), ())]
    while waiting:
        node, where = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                fields[key.start_mark.line + 1] = (*where, str(key.value))
                waiting.append((value, (*where, str(key.value))))
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((item, (*where, index)) for index, item in enumerate(node.value))
    found = {}
    comment = re.compile(rf"#\s*{re.escape(marker)}\s*:?\s*(.*)$")
    for number, line in enumerate(text.splitlines(), 1):
        if hit := comment.search(line):
            above = max((other for other in fields if other <= number), default=0)
            found[number] = (fields.get(above, ()), hit.group(1).strip() or marker)
    return found
