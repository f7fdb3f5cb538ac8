"""`causo eval`: the figures over judging messages, through the real command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.evaluation import Share, share

LINES = [
    {"q": "đăng ký khai sinh cần giấy gì", "id": "dang-ky-khai-sinh", "alt": [], "facet": "giay-to", "style": "chuan"},
    {"q": "đăng ký kết hôn", "id": "dang-ky-ket-hon", "alt": [], "facet": ["tong-quan"], "style": "ngan"},
    {"q": "đăng ký kết hôn", "id": "ho-chieu-pho-thong", "alt": [], "facet": "", "style": "ngan"},
    {"turns": [
        {"q": "đăng ký kết hôn cần gì", "id": "dang-ky-ket-hon", "facet": "giay-to"},
        {"q": "thế lệ phí bao nhiêu", "id": "dang-ky-ket-hon", "facet": "le-phi"},
    ]},
    {"q": "xin chào", "kind": "chao-hoi"},
    {"q": "nhà tôi đang cháy", "kind": "khan-cap"},
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "judging.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), encoding="utf-8")
    return path


def test_it_counts_what_was_right(file: Path) -> None:
    result = CliRunner().invoke(app, ["eval", str(file), "--json", "--worst", "5", "--pairs", "5"])
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    figures = {name: (value["hits"], value["of"]) for name, value in data["figures"].items()}
    assert figures["top-1"] == (2, 3)
    assert figures["facet among those shown"] == (1, 1)
    assert figures["dialogue turns"] == (2, 2)
    assert figures["answered though none"] == (0, 2)
    assert (data["styles"]["ngan"]["hits"], data["styles"]["ngan"]["of"]) == (1, 2)
    assert [miss["wanted"] for miss in data["worst"]] == [["ho-chieu-pho-thong"]]
    assert data["pairs"] == [{"wanted": "ho-chieu-pho-thong", "got": "dang-ky-ket-hon", "count": 1}]


def test_it_prints_tables_for_people(file: Path) -> None:
    result = CliRunner().invoke(app, ["eval", str(file), "--worst", "1"])
    assert result.exit_code == 0
    for word in ("top-1", "66.7", "chao-hoi", "wanted ho-chieu-pho-thong"):
        assert word in result.stdout


@pytest.mark.parametrize(
    ("text", "said"), [("{", "line 1 is not JSON"), ("[]", "must be an object"), ('{"q": "a"}', "line 1 has neither")]
)
def test_a_line_that_cannot_be_judged_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["eval", str(path)])
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_an_interval_is_wide_for_few_and_narrow_for_many() -> None:
    few, many = Share(9, 10), Share(900, 1000)
    assert few.percent == many.percent == 90.0
    assert few.interval[0] < many.interval[0] < 90 < many.interval[1] < few.interval[1]
    assert share([]).interval == (0.0, 100.0)
