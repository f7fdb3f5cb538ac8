"""The JSON Schemas that editors use: fresh, explained in Vietnamese, and found for every file of the content."""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from knowledge.load import FOLDER, load
from knowledge.schema import FOLDER as SCHEMAS
from knowledge.schema import schemas

ROOT = Path(__file__).parents[2]


def parts() -> list[tuple[str, dict[str, dict[str, object]]]]:
    """Every object of every schema: its name and its fields."""
    found = []
    for name, text in schemas(load().texts).items():
        schema = json.loads(text)
        found += [(name, schema.get("properties", {}))]
        found += [(key, part.get("properties", {})) for key, part in schema.get("$defs", {}).items()]
    return found


def test_what_is_committed_is_fresh() -> None:
    """If this fails, run `causo schema`."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
    assert committed == schemas(load().texts)


def test_the_command_writes_them(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schema", str(tmp_path / "schema")])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "schema").iterdir()} == set(schemas({}))


def test_every_field_is_explained() -> None:
    assert [
        f"{name}.{field}" for name, fields in parts() for field in fields if "description" not in fields[field]
    ] == []


def test_every_explanation_is_of_a_field() -> None:
    fields = {field for _, found in parts() for field in found}
    known = fields | {
        f"{name.removesuffix('.json').replace('-', '').lower()}_{field}" for name, found in parts() for field in found
    }
    unused = [key for key in load().texts if key.startswith("schema_") and key.removeprefix("schema_") not in known]
    assert unused == []


def test_unknown_keys_and_wrong_words_are_caught_while_typing() -> None:
    schema = json.loads(schemas(load().texts)["procedure.json"])
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) >= {"checked_on", "review_by", "sources", "summary", "phrasings"}
    assert schema["$defs"]["Document"]["properties"]["action"]["enum"] == ["hand_in", "show", "not_needed"]
    assert "ho-tich" in schema["properties"]["group"]["enum"]


def test_the_editor_finds_the_schema_of_every_file() -> None:
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    globs = settings["yaml.schemas"]
    assert all((ROOT / schema).exists() for schema in globs)
    covered = {path for glob in globs.values() for path in ROOT.glob(glob)}
    spoken = ("procedures", "guides", "faq", "places", "texts", "catalogue")
    assert {path for sub in spoken for path in (FOLDER / sub).rglob("*.yaml")} == covered


def test_the_committed_patterns_are_the_loaders() -> None:
    schema = json.loads(schemas(load().texts)["procedure.json"])
    pattern = schema["$defs"]["Source"]["properties"]["date"]["pattern"]
    assert [bool(re.search(pattern, text)) for text in ("2026-11-22", "2026-11", "2026", "22/11/2026")] == [
        True,
        True,
        True,
        False,
    ]
