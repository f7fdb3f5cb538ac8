"""YAML with the line of every value, so that a problem can name the place an editor has to look at."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: the same, slower
    from yaml import SafeLoader  # type: ignore[assignment]


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
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=Loader)
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
