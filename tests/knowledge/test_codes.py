"""Codes in free text: found however they are typed, and nothing that only looks like one."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dossier_codes import find_codes, normal_code
from knowledge.load import load

TODAY = date(2026, 11, 24)
# Every format of a dossier code that was seen in a real system.
FORMATS = [
    "000.00.04.H51-200221-0001",
    "000.00.00.H40-220729-0001",
    "000.00.12.H62-201105-0004",
    "H17.12-230105-0007",
    "H49.22-261117-0007",
    "H55.242-240102-0031",
    "G22.99-251225-020175",
    "G22.99.08-260921-896048",
    "G22.99.09-240114-0001",
    "G01.899.909-260916-890028",
    "G01.839.108.000-240529-0122",
    "G01.108.000.000-240604-00884",
]
WAYS = {
    "as it is": lambda code: code,
    "lower case": str.lower,
    "spaces round the dashes": lambda code: code.replace("-", " - "),
    "spaces for the dashes": lambda code: code.replace("-", " "),
    "spaces round the dots": lambda code: code.replace(".", " . "),
    "an en dash": lambda code: code.replace("-", "–"),
    "a minus sign": lambda code: code.replace("-", "−"),
    "an underscore": lambda code: code.replace("-", "_"),
    "full-width letters": lambda code: code.translate({ord(c): ord(c) + 0xFEE0 for c in "GH0123456789.-"}),
    "O for 0": lambda code: code.replace("0", "O"),
    "o for 0 in the number": lambda code: code[:-4] + code[-4:].replace("0", "o"),
    "l for 1": lambda code: code.replace("1", "l"),
    "a break after a dash": lambda code: code.replace("-", "-\n", 1),
    "a break before the last dash": lambda code: "\n-".join(code.rsplit("-", 1)),
    "a break inside the day": lambda code: (
        code.split("-")[0] + "-" + code.split("-")[1][:4] + "\n" + code[-len("-".join(code.split("-")[1:])) + 4 :]
    ),
    "a zero-width space": lambda code: code.replace("-", "\u200b-"),
    "dots left out": lambda code: (
        code if code.startswith("000") else code.split("-")[0].replace(".", "") + code[code.index("-") :]
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", FORMATS)
@pytest.mark.parametrize(
    "sentence", ["{}", "cho hỏi hồ sơ {} tới đâu rồi ạ", "Mã hồ sơ:{}.", "({}) 2 hôm chưa thấy gì"]
)
def test_every_format_is_found_however_it_is_typed(code: str, way: str, sentence: str) -> None:
    (found,) = find_codes(sentence.format(WAYS[way](code)), TODAY)
    assert (found.text, found.kind) == (code, "dossier")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("H24.12-261105-00\n07", "H24.12-261105-0007"),
        ("00.0.4.h51-200221-0001", "000.00.04.H51-200221-0001"),
        ("H24.12 - 26 11 05 - 0007", "H24.12-261105-0007"),
    ],
)
def test_a_break_or_a_missing_zero_where_only_one_reading_is_possible(said: str, code: str) -> None:
    (found,) = find_codes(said, TODAY)
    assert (found.text, found.kind) == (code, "dossier")


@pytest.mark.parametrize(
    ("said", "kind", "meant"),
    [
        ("H24.12-26115-0007", "near", "H24.12-261105-0007"),  # a digit of the day is missing
        ("H24.12-20261105-0007", "near", "H24.12-261105-0007"),
        ("24.12-261105-0007", "near", "H24.12-261105-0007"),
        ("H24122611050007", "near", "H24.12-261105-0007"),
        ("H24-12-261105-0007", "near", "H24.12-261105-0007"),
        ("H24.12-051126-0007", "bad_date", "H24.12-261105-0007"),  # written day first
        ("H24.12-261105-007", "dossier", "H24.12-261105-0007"),
        ("G22.99-251225-20175", "dossier", "G22.99-251225-020175"),
        ("H24.12-261105-00007", "dossier", "H24.12-261105-0007"),
        ("H49.2-261105-0007", "dossier", "H49.02-261105-0007"),
    ],
)
def test_a_near_miss_knows_what_it_may_have_been(said: str, kind: str, meant: str) -> None:
    (found,) = find_codes(f"hồ sơ {said} sao rồi", TODAY)
    assert found.kind == kind
    assert meant in found.could_be


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("G22.99.3-241219795252", "payment"),
        ("g22.99.3 - 241219795252", "payment"),
        ("03706/2026/07906", "insurance"),
        ("1.004222", "procedure"),
        ("1.004222.H24", "procedure"),
        ("2.002621.H13", "procedure"),
        ("2.000815.000.00.00.H55.02", "procedure"),
        ("RR123456785VN", "post"),
        ("rr 123 456 785 vn", "post"),
        ("RA473124829GB", "post"),
        ("H24.12-261399-0001", "bad_date"),
        ("H24.12-271105-0001", "bad_date"),
        ("H24.12-160105-0001", "bad_date"),
        ("H00.12-261105-0001", "bad_agency"),
    ],
)
def test_other_codes_are_told_apart(said: str, kind: str) -> None:
    assert [found.kind for found in find_codes(f"cho hỏi {said} với", TODAY)] == [kind]


LOOK_ALIKES = (Path(__file__).parent / "lookalikes.txt").read_text(encoding="utf-8").splitlines()


def test_there_are_a_hundred_look_alikes() -> None:
    assert len(set(LOOK_ALIKES)) >= 100


@pytest.mark.parametrize("said", LOOK_ALIKES)
def test_what_only_looks_like_a_code_is_none(said: str) -> None:
    for written in (said, said.upper(), said.replace(" ", "\n")):
        assert find_codes(written, TODAY) == ()


def test_every_code_of_a_message_is_found_in_order() -> None:
    said = "em có G22.99-251225-020175 và H49.22-261117-0007, bưu điện RR123456785VN, thủ tục 1.004222"
    assert [found.kind for found in find_codes(said, TODAY)] == ["dossier", "dossier", "procedure", "post"]


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    for found in find_codes(text, TODAY):
        assert found.text


def test_a_cell_of_a_table_is_read_as_one_code() -> None:
    assert normal_code(" h24.12-261105-0007 ", TODAY) == "H24.12-261105-0007"
    assert normal_code("Mã hồ sơ", TODAY) is None
    assert normal_code("G22.99.3-241219795252", TODAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "H24.12-261105-0007", "000.00.04.H51-200221-0001", "G22.99-251225-020175", "G01.839.108.000-240529-0122",
        "H24-261105-0007", "H24.1.2.3.4-261105-1234567", "H00.12-261105-0007", "H24.12-261399-0007",
        "H24.12-261105-12", "H24.12-261105-12345678", "H24.1.2.3.4.5-261105-0007", "H24.12-271105-0007",
    ],
)  # fmt: skip
def test_a_code_alone_is_read_as_it_is_in_a_sentence(text: str) -> None:
    found = [code.text for code in find_codes(f"hồ sơ {text} đâu rồi", TODAY) if code.kind == "dossier"]
    assert normal_code(text, TODAY) == (found[0] if found else None)


def test_the_agency_is_the_one_of_the_longest_beginning() -> None:
    facts = load().dossiers
    assert facts
    agencies = {
        code: facts.agency(code) for code in ("H24.12-261105-0007", "000.00.04.H49-200221-0001", "H98-261105-1")
    }
    assert [agency and agency.begins for agency in agencies.values()] == ["H24", "H49", None]
