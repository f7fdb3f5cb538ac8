"""Reading the National Public Service Portal's pages of procedures (one JSON each) into thin catalogue records.

The portal's text comes with its columns run together; what cannot be told apart with certainty is left out and counted.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.place import CatalogueRecord, of_commune

_WAYS = ("Trực tuyến", "Trực tiếp", "Dịch vụ bưu chính")
_TIME = re.compile(rf"({'|'.join(_WAYS)})(\d{{1,3}})\s*(Ngày làm việc|Ngày|Giờ)(?=[A-ZĐ\d(]|Miễn|Không|$)")
_FEE = re.compile(
    rf"(?:{'|'.join(_WAYS)})[^()]{{0,30}}?(?:Ngày làm việc|Ngày|Giờ|thông tin|định)([\d,.]+) Việt Nam Đồng"
)
_FREE = re.compile(rf"(?:{'|'.join(_WAYS)})[^()]{{0,30}}?(?:Ngày làm việc|Ngày|Giờ|thông tin|định)Miễn phí")
_MONEY = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)\s*(?:đồng|đ\b|việt nam đồng)", re.IGNORECASE)
_NO_REMARK = re.compile(r"\((?:Không|Không có|Không quy định)\.?\)")
_ELSEWHERE = re.compile(r"Hội đồng nhân dân|HĐND")  # the province sets it, whatever the column says
_TABLE = re.compile(r"Tên giấy tờMẫu đơn, tờ khaiSố lượng")
_COUNT = re.compile(r"\d+ bản chính(?:,\s*\d+ bản sao)?")
_FILE = re.compile(r"\S*?[^\s]*\.(?:docx?|pdf|xlsx?)", re.IGNORECASE)
_LONGEST_NAME, _MOST_PAPERS = 180, 12
_UNITS = {"ngày làm việc": "working_days", "ngày": "calendar_days", "giờ": "hours"}


@dataclass(frozen=True, slots=True)
class Imported:
    """The records by code, and how many could not be read in which part."""

    records: tuple[CatalogueRecord, ...]
    unread: Counter[str]
    problems: tuple[str, ...]


def read_portal(folder: Path, codes: Iterable[str] = ()) -> Imported:
    """Every procedure in which the commune level takes part, and those of `codes` at other levels."""
    wanted, unread, problems = set(codes), Counter[str](), []
    found: dict[str, CatalogueRecord] = {}
    for path in sorted(folder.rglob("*.json")):
        try:
            page = json.loads(path.read_text(encoding="utf-8"))
            code, name, level = page["ma_thu_tuc"], page["ten_thu_tuc"], page["cap_thuc_hien"]
        except (ValueError, KeyError, TypeError) as error:
            problems.append(f"{path.name}: {type(error).__name__}")
            continue
        if of_commune(level) or code in wanted:
            found[code] = _record(page, code, name, level, unread)
    problems += [f"{code}: no such page" for code in sorted(wanted - set(found))]
    return Imported(tuple(found[code] for code in sorted(found)), unread, tuple(problems))


def _record(page: dict[str, str], code: str, name: str, level: str, unread: Counter[str]) -> CatalogueRecord:
    deadline, fee = _deadline(page.get("cach_thuc_thuc_hien", "")), _fee(page.get("cach_thuc_thuc_hien", ""))
    papers = _papers(page.get("thanh_phan_ho_so", ""))
    for part, value in (("deadline", deadline), ("fee", fee), ("documents", papers)):
        unread[part] += not value
    authority = _line(page.get("co_quan_co_tham_quyen", "")) or _line(page.get("co_quan_thuc_hien", ""))
    link = page.get("detail_url", "")
    return CatalogueRecord(
        code=code,
        name=_line(name),
        field=_line(page.get("linh_vuc", "")) or level,
        level=level,
        authority=authority[:200] or None,
        deadline=deadline,
        fee=fee,
        documents=papers,
        link=link if link.startswith("https://") else None,
    )


def _line(text: str) -> str:
    text = " ".join(text.split()).strip(" .;")
    return "" if text in ("Không có thông tin", "-", "--") else text


def _deadline(text: str) -> str | None:
    """“3 ngày làm việc”; several by way of filing, or as depending on the case where one way has several."""
    found: dict[str, list[tuple[str, int]]] = {}
    for way, number, unit in _TIME.findall(text):
        found.setdefault(way, []).append((unit.lower(), int(number)))
    times = {way: _either(sorted(set(several))) for way, several in found.items()}
    if len(set(times.values())) == 1:
        return next(iter(times.values()))
    return "; ".join(f"{way.lower()} {times[way]}" for way in _WAYS if way in times) or None


def _either(times: list[tuple[str, int]]) -> str:
    units = [" hoặc ".join(str(number) for of, number in times if of == unit) + f" {unit}" for unit, _ in times]
    said = " hoặc ".join(dict.fromkeys(units))
    return said if len(times) == 1 else f"{said}, tùy trường hợp"


def _fee(text: str) -> str | None:
    """Only what the portal's fee column says by itself; a “Miễn phí” that a remark takes back is left out."""
    amounts = {int(re.sub(r"\D", "", amount)) for amount in _FEE.findall(text)}
    free = list(_FREE.finditer(text))
    named = {int(re.sub(r"\D", "", amount)) for amount in _MONEY.findall(text)}
    if "VNĐ" in text or _ELSEWHERE.search(text):
        return None
    if free and not amounts and not named:
        plain = all(text[one.end() : one.end() + 1] != "(" or _NO_REMARK.match(text, one.end()) for one in free)
        return "0 đồng" if plain else None
    if len(amounts) == 1 and not free and named <= amounts and text.count("Việt Nam Đồng") <= len(_FEE.findall(text)):
        return f"{amounts.pop():,} đồng".replace(",", ".")
    return None


def _papers(text: str) -> tuple[str, ...]:
    """Names of papers from the table's first column; the counts beside them mark where a name ends."""
    names: list[str] = []
    for table in _TABLE.split(text)[1:]:
        for cell in _COUNT.split(table)[:-1]:
            name = _line(re.sub(r"^(?:[-+*.)\s\d]|\(\d+\)|[a-zđ]\d?\) )*", "", _FILE.sub("", cell))).strip("-+ ;.:")
            if 3 < len(name) <= _LONGEST_NAME and name not in names:
                names.append(name)
    return tuple(names[:_MOST_PAPERS])


def counted(deadline: str | None) -> tuple[int, str] | None:
    """“3 ngày làm việc” of a record as 3 and the unit of the model; None where it says more than that."""
    number, _, unit = (deadline or "").partition(" ")
    return (int(number), _UNITS[unit]) if number.isdigit() and unit in _UNITS else None


def dong(fee: str | None) -> int | None:
    """“50.000 đồng” of a record as 50000."""
    number, _, unit = (fee or "").partition(" ")
    return int(number.replace(".", "")) if unit == "đồng" and number.replace(".", "").isdigit() else None
