"""One file of the content: YAML, its fields against a model, and what a draft still lacks."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.model import Model
from knowledge.problems import Problems
from knowledge.source_lines import DuplicateKeyError, line_of, marked, parse, reject_duplicate_keys
from knowledge.wording import fault_of, said


def mapping(path: Path, problems: Problems) -> dict[str, object]:
    """The fields of one file; empty when it cannot be read, and `problems` says why."""
    try:
        text = path.read_text(encoding="utf-8")
        reject_duplicate_keys(text)
        data = parse(text)
    except UnicodeDecodeError:
        problems.add(path, (), said("check_not_utf8"), line=1)
        return {}
    except DuplicateKeyError as error:
        problems.add(path, (error.key,), said("check_written_twice"), line=error.line)
        return {}
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        problems.add(path, ("yaml",), said("check_yaml", problem=problem or "?"), line=mark.line + 1 if mark else 1)
        return {}
    if not isinstance(data, dict):
        problems.add(path, (), said("check_not_fields"), line=1)
        return {}
    return {str(key): value for key, value in data.items()}


def validated(path: Path, model: type[Model], problems: Problems) -> Model | None:
    """One file as a `model`; None when it is none, and `problems` says all that is wrong."""
    before = len(problems.found)
    data = mapping(path, problems)
    if len(problems.found) > before:
        return None
    lacking = _lacking(path, problems)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            if line_of(path, fault["loc"]) not in lacking:
                problems.add(path, fault["loc"], fault_of(fault))
        return None


def _lacking(path: Path, problems: Problems) -> set[int]:
    """The lines that a draft marks as still to be filled in, each told as a problem."""
    marker, text = problems.words.marker, path.read_text(encoding="utf-8")
    if marker not in text:
        return set()
    found = marked(text, marker)
    for line, (where, what) in found.items():
        problems.add(path, where, said("check_unfilled", marker=marker, what=what), line=line)
    return set(found)
