"""The pictures of guide steps: every one is drawn, nothing is cut off, all are light, a ward's own goes first."""

import io
import shutil
from pathlib import Path
from xml.etree import ElementTree

import fontpkg_be_vietnam_pro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from bot.pictures import Pictures, png
from knowledge.check import check
from knowledge.lettering import lines, width
from knowledge.load import FOLDER, Content, load
from knowledge.model import Step
from knowledge.picture import WIDTH, svg, version
from knowledge.screen import Item, Screen
from tests.conftest import NOW

SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
CONTENT = load()
STEPS = [
    pytest.param(step, id=f"{guide.id}/{step.id}")
    for guide in CONTENT.guides.values()
    for step in guide.steps
    if step.screen
]
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyÀẢÃÁẠẶẪẾỆƠỢỮỰỲWMwm0123456789 .,:“”•@/-"
LABELS = st.text(LETTERS, min_size=1, max_size=60).map(lambda text: text.strip() or "x")
KINDS = st.sampled_from(["text", "field", "button", "link", "choice", "photo", "code", "note"])
ITEMS = st.builds(Item, kind=KINDS, label=LABELS, value=st.none() | LABELS, tap=st.integers(1, 8) | st.just(False))
SCREENS = st.builds(
    Screen,
    title=LABELS.map(lambda text: text[:40].strip() or "x"),
    app=st.sampled_from(["vneid", "portal", "phone", "paper"]),
    items=st.lists(ITEMS, min_size=1, max_size=8).map(tuple),
)


def font(weight: str | None, size: float) -> ImageFont.FreeTypeFont:
    name = "SemiBold" if weight else "Regular"
    return ImageFont.truetype(str(FONTS / f"BeVietnamPro-{name}.ttf"), size * 10)


def overflow(drawing: str) -> list[str]:
    """The texts that leave the sheet, or their box, by their true width in the packaged font."""
    root = ElementTree.fromstring(drawing)
    height = float(root.attrib["height"])
    boxes = [
        {name: float(rect.attrib[name]) for name in ("x", "y", "width", "height")} for rect in root.iter(f"{SVG}rect")
    ]
    found = []
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name, root.get(name, 0))) for name in ("font-size", "x", "y"))
        long = font(text.get("font-weight"), size).getlength(text.text or "") / 10
        left = x - long / 2 if text.get("text-anchor") else x
        around = [box for box in boxes if box["x"] <= x <= box["x"] + box["width"]]
        around = [box for box in around if box["y"] < y <= box["y"] + box["height"]]
        inner = min(around, key=lambda box: box["width"] * box["height"], default={"x": 8, "width": WIDTH - 16})
        if left < inner["x"] or left + long > inner["x"] + inner["width"] or y > height - 6:
            found.append(text.text or "")
    return found


def order_is_right(step: Step) -> bool:
    assert step.screen
    return [item.order for item in step.screen.tapped] == list(range(1, len(step.screen.tapped) + 1))


def test_every_step_of_every_guide_has_a_picture() -> None:
    steps = [(f"{guide.id}/{step.id}", step.screen) for guide in CONTENT.guides.values() for step in guide.steps]
    assert [key for key, screen in steps if screen is None and key not in CONTENT.pictures] == []


@pytest.mark.parametrize("step", STEPS)
def test_every_screen_is_drawn_whole_and_light(step: Step) -> None:
    assert step.screen
    drawing = svg(step.screen)
    texts = [text.text for text in ElementTree.fromstring(drawing).iter(f"{SVG}text")]
    said = " ".join(text or "" for text in texts)
    for item in step.screen.items:
        assert "".join(item.label.split()) in "".join(said.split()), item.label
    assert overflow(drawing) == []
    assert len(drawing.encode()) < 6_000
    assert order_is_right(step)


def test_the_heaviest_are_light_as_png_too() -> None:
    heaviest = sorted((param.values[0].screen for param in STEPS), key=lambda screen: len(svg(screen)))[-3:]
    for screen in heaviest:
        data = png(svg(screen))
        assert len(data) < 40_000
        with Image.open(io.BytesIO(data)) as image:
            assert image.width == 2 * WIDTH


@settings(max_examples=150, deadline=None)
@given(SCREENS)
def test_no_screen_at_all_overflows_or_breaks_the_drawing(screen: Screen) -> None:
    drawing = svg(screen)
    assert overflow(drawing) == []
    assert len(drawing.encode()) < 20_000


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS, max_size=40), st.sampled_from(["", "600"]), st.integers(14, 22))
def test_no_text_is_wider_than_it_is_held_to_be(text: str, weight: str, size: int) -> None:
    assert font(weight, size).getlength(text) / 10 <= width(text, size, bool(weight)) + 0.01


def test_a_word_that_is_too_long_is_broken_and_nothing_is_lost() -> None:
    address = "dichvucong.gov.vn/tra-cuu-ho-so-truc-tuyen"
    assert lines(address, 17, 260) == ("dichvucong.gov.vn/tra-", "cuu-ho-so-truc-tuyen")
    broken = lines(f"Vào {address}{'x' * 40}", 17, 200)
    assert "".join(broken).replace("Vào", "") == f"{address}{'x' * 40}"
    assert all(width(line, 17) <= 200 for line in broken)


def test_lines_are_about_equally_long() -> None:
    assert lines("Không có thẻ, không có ví", 17, 200) == ("Không có thẻ,", "không có ví")
    assert lines("Đứng tên tôi rồi", 17, 200) == ("Đứng tên tôi rồi",)
    assert lines("", 17, 200) == ()


def test_a_code_has_boxes_and_words_in_its_place_do_not() -> None:
    def boxes(value: str | None) -> int:
        return svg(Screen(title="x", app="vneid", items=(Item(kind="code", label="y", value=value),))).count("<rect")

    assert boxes("• • • •") - boxes("6 số") == 3
    assert boxes(None) - boxes("6 số") == 5


def test_what_is_tapped_is_numbered_in_order_and_signs_are_escaped() -> None:
    items = (Item(kind="button", label="A & <B>", tap=2), Item(kind="field", label="Số", tap=1))
    drawing = svg(Screen(title="“x” & y", app="portal", items=items))
    numbers = [text.text for text in ElementTree.fromstring(drawing).iter(f"{SVG}text") if (text.text or "").isdigit()]
    assert sorted(numbers) == ["1", "2"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(
        FOLDER, copy, ignore=shutil.ignore_patterns("messages*", "procedures", "catalogue", "faq", "places")
    )
    return copy


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    return Pictures(lambda: CONTENT, FOLDER, tmp_path / "cache")


def first() -> tuple[str, Step]:
    return next((guide.id, step) for guide in CONTENT.guides.values() for step in guide.steps if step.screen)


def test_a_picture_is_made_once_and_the_old_version_goes(pictures: Pictures, tmp_path: Path) -> None:
    guide, step = first()
    old = tmp_path / "cache/pictures" / guide / f"{step.id}.0000000000.png"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    made = pictures.find(guide, f"{step.id}.png")
    assert made
    assert step.screen
    assert made.version == version(step.screen)
    (kept,) = old.parent.iterdir()
    kept.write_bytes(b"kept")
    again = pictures.find(guide, f"{step.id}.png")
    assert again
    assert again.data == b"kept"
    drawn = pictures.find(guide, f"{step.id}.svg")
    assert drawn
    assert drawn.media == "image/svg+xml"


def test_a_disk_that_cannot_be_written_costs_no_picture(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    guide, step = first()
    assert Pictures(lambda: CONTENT, FOLDER, tmp_path / "cache").find(guide, f"{step.id}.png")


@pytest.mark.parametrize("name", ["khong-co.svg", "", "..", "../../model.yaml", "x.gif"])
def test_what_is_no_step_has_no_picture(pictures: Pictures, name: str) -> None:
    guide, step = first()
    assert pictures.find(guide, name) is None
    assert pictures.find(guide, f"{step.id}.gif") is None
    assert pictures.find("khong-co", f"{step.id}.svg") is None
    assert pictures.photo(f"/pictures/{guide}/{name}") is None
    assert pictures.photo("/") is None


def with_photo(folder: Path, name: str, data: bytes) -> tuple[Content, list[str]]:
    path = folder / "pictures" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    content, problems = check(folder, NOW.date())
    return content, [str(problem) for problem in problems if problem.file.startswith("pictures")]


def photograph() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 60), "navy").save(data, "JPEG")
    return data.getvalue()


def test_a_wards_own_picture_goes_first(folder: Path, tmp_path: Path) -> None:
    guide, step = first()
    content, problems = with_photo(folder, f"{guide}/{step.id}.jpg", photograph())
    assert problems == []
    found = Pictures(lambda: content, folder, tmp_path / "cache")
    own = found.find(guide, f"{step.id}.jpg")
    assert own
    assert own.data == photograph()
    assert own.version == content.pictures[f"{guide}/{step.id}"].version
    assert found.photo(f"/pictures/{guide}/{step.id}.jpg?v={own.version}") == photograph()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("vneid-muc-2/khong-co.jpg", b"\xff\xd8\xff", "không có bước “khong-co”"),
        ("khong-co/nhap-otp.jpg", b"\xff\xd8\xff", "không có bước"),
        ("vneid-muc-2/nhap-otp.gif", b"GIF89a", ".png hoặc .jpg"),
        ("vneid-muc-2/nhap-otp.png", b"\xff\xd8\xff", ".png hoặc .jpg"),
        ("vneid-muc-2/nhap-otp.jpg", b"\xff\xd8\xff" + bytes(400_000), "nặng quá"),
    ],
)
def test_a_photograph_that_is_wrong_is_named(folder: Path, name: str, data: bytes, said: str) -> None:
    _, problems = with_photo(folder, name, data)
    assert any(said in problem for problem in problems), problems
