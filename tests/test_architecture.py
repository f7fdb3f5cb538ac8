"""The shape of the program: one direction of imports, small modules, no prose in code."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"bot": {"bot", "handlers", "knowledge"}, "handlers": {"handlers", "knowledge"}, "knowledge": {"knowledge"}}
MODULES = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        found += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        ours = {name.split(".")[0] for name in found} & set(PACKAGES)
        assert ours <= PACKAGES[package], f"{package} must not import {ours - PACKAGES[package]}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "handlers"], ids=names)
def test_handlers_are_pure(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for forbidden in (
        "import asyncio",
        "datetime.now",
        "date.today",
        "os.environ",
        "import time\n",
        " open(",
        "import random",
    ):
        assert forbidden not in text


# The column heads of the portal's pages are its format, not words we say.
@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "portal.py"], ids=names)
def test_no_vietnamese_prose_in_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    prose = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and VIETNAMESE.search(node.value)
        and len(node.value.split()) > 2
    ]
    allowed = "Cầu Số"
    assert [text for text in prose if allowed not in text and "chứng minh" not in text] == []


def test_modules_are_small() -> None:
    sizes = sorted(
        len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES if "migrations" not in path.parts
    )
    assert sizes[-1] <= 300
    assert sizes[len(sizes) // 2] <= 110


def test_there_is_one_broad_except() -> None:
    found = [
        names(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert found == ["bot/engine.py"]


def test_every_text_a_handler_says_exists() -> None:
    from knowledge.load import load

    texts = load().texts
    for path in sorted((ROOT / "handlers").glob("*.py")):
        for key in re.findall(r'say\(tools, "([a-z0-9_-]+)"', path.read_text(encoding="utf-8")):
            assert key in texts, f"{names(path)}: {key}"


def test_every_text_is_used() -> None:
    from knowledge.load import load

    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    pages = [*(ROOT / "bot/web/templates").iterdir(), *(ROOT / "bot/desk/templates").iterdir()]
    code += "\n".join(path.read_text(encoding="utf-8") for path in pages)
    built = (
        "facet_",
        "status_",
        "next_",
        "day_",
        "way_",
        "level_",
        "place_phone_",
        "web_",
        "desk_",
        "report_ward_",
        "prepared_",
        "timeline_",
        "button_bridge_",
        "button_age_",
        "button_outcome_",
        "command_",
        "words_",
        "unreadable_",
        "fee_",
        "heading_",
        "benefit_",
        "catalogue_",
        "report_",
        "schema_",
        "check_type_",
        "draft_",
        "group_",
        "supply_",
        "field_",
        "facet-",
    )
    unused = [key for key in load().texts if key not in code and not key.startswith(built)]
    assert unused == []
