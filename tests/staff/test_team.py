"""The team: who is found, who is on duty, what is counted, and a log nobody can change."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import TIME_ZONE
from bot.library import Library
from bot.reports.periods import before, period
from bot.reports.sections import help_sections
from bot.staff import directory
from bot.staff.audit import latest, record
from bot.staff.importing import NoNames, import_staff
from bot.staff.numbers import help_numbers
from bot.staff.rota import next_duty, on_duty
from bot.store.connect import Store, open_store
from bot.store.staff_tables import Audit, Duty, HelpSession, Leave, Staff
from tests.conftest import NOW
from tests.tickets.hall import Hall

WEDNESDAY = datetime(2026, 11, 25, 19, 30, tzinfo=TIME_ZONE)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def member(session, name: str, role="member", area=None, days=(2,), hours=(18, 21)) -> Staff:  # type: ignore[no-untyped-def]
    staff = directory.add_staff(session, name, role, directory.add_area(session, area) if area else None)
    session.add_all(Duty(staff_id=staff.id, weekday=day, begins=hours[0] * 60, ends=hours[1] * 60) for day in days)
    return staff


def test_duty_by_weekday_hour_and_leave(store: Store) -> None:
    with store.write() as session:
        lan = member(session, "Lan", area="Khu phố 1")
        member(session, "Minh", area="Khu phố 2")
        ba = member(session, "Anh Ba", "lead")
        hoa = member(session, "Chị Hoa", "officer")
        there = lambda area, at=WEDNESDAY: [one.name for one in on_duty(session, area, at)]  # noqa: E731
        assert there(1) == ["Lan"]
        assert there(2) == ["Minh"]
        assert there(None) == ["Anh Ba"]
        assert there(1, WEDNESDAY.replace(hour=21)) == [], "the end is not within"
        assert there(1, WEDNESDAY + timedelta(days=1)) == []
        session.add(Leave(staff_id=lan.id, first=date(2026, 11, 25), last=date(2026, 11, 25)))
        session.flush()
        assert there(1) == ["Anh Ba"], "then the leads"
        directory.remove_staff(session, ba)
        assert there(1) == ["Chị Hoa"], "then the officers"
        directory.remove_staff(session, hoa)
        assert there(1) == []
        assert next_duty(session, WEDNESDAY) == datetime(2026, 12, 2, 18, 0, tzinfo=TIME_ZONE)


def test_a_name_is_found_without_diacritics_and_a_wrong_one_is_helped(store: Store) -> None:
    with store.write() as session:
        member(session, "Trần Thị Lan")
        assert directory.find_staff(session, "tran thi lan").name == "Trần Thị Lan"
        with pytest.raises(directory.UnknownName, match="Trần Thị Lan"):
            directory.find_staff(session, "tran thi loan")


def test_the_log_takes_no_change(store: Store) -> None:
    with store.write() as session:
        record(session, None, "tested", "nothing", NOW)
    for statement in (update(Audit).values(act="never"), delete(Audit)):
        with pytest.raises(DBAPIError, match="append-only"), store.write() as session:
            session.execute(statement)
    with store.read() as session:
        assert [line.act for line in latest(session)] == ["tested"]


def test_a_list_of_the_ward_is_read_as_it_is(store: Store, library: Library, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(["DANH SÁCH TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"])
    sheet.append([])
    sheet.append(["STT", "Họ và tên", "Khu phố", "Chức vụ", "Kỹ năng", "Số điện thoại"])
    sheet.append([1, "Trần Thị Lan", "Khu phố 1", "Thành viên", "VNeID", "0912345678"])
    sheet.append([2, "Lê Văn Ba", "Khu phố 1", "Tổ trưởng", "", "0912345679"])
    sheet.append([3, "Lê Văn Ba", "Khu phố 2", "", "", ""])
    sheet.append([4, "", "Khu phố 2", "", "", ""])
    book.save(tmp_path / "to.xlsx")
    texts = library.current.content.texts
    for new in (2, 0):
        with store.write() as session:
            report = import_staff(session, tmp_path / "to.xlsx", texts)
        assert (report.people, report.new, report.areas, len(report.skipped)) == (2, new, 1, 2)
    with store.read() as session:
        assert [(one.name, one.role, one.skills) for one in directory.everybody(session)] == [
            ("Trần Thị Lan", "member", "VNeID"),
            ("Lê Văn Ba", "lead", ""),
        ]
    (tmp_path / "khac.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(NoNames), store.write() as session:
        import_staff(session, tmp_path / "khac.csv", texts)


def test_fewer_than_five_are_not_broken_down(store: Store) -> None:
    with store.write() as session:
        lan = member(session, "Lan", area="Khu phố 1")
        for number in range(11):
            seldom = number >= 7
            row = HelpSession(
                staff_id=lan.id,
                area_id=1,
                age="under_35" if seldom else "60_plus",
                guide="vneid-muc-2",
                outcome="done",
                minutes=10,
                day=NOW.date() + timedelta(days=number - 8),
            )
            session.add(row)
    with store.read() as session:
        month = help_numbers(session, date(2026, 11, 1), date(2026, 11, 30))
        assert (month.people, month.minutes, month.outcomes["done"]) == (11, 110, 11)
        assert month.ages == {"60_plus": 7, None: 4}
        week = help_numbers(session, date(2026, 11, 23), date(2026, 11, 29))
        assert week.people == 5
        assert help_numbers(session, date(2026, 11, 1), date(2026, 11, 30), area=2).people == 0


@pytest.mark.parametrize(
    ("kind", "now", "then"),
    [
        ("day", ("2026-11-25", "2026-11-25"), ("2026-11-24", "2026-11-24")),
        ("week", ("2026-11-23", "2026-11-29"), ("2026-11-16", "2026-11-22")),
        ("month", ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        ("half", ("2026-07-01", "2026-12-31"), ("2026-01-01", "2026-06-30")),
    ],
)
def test_periods(kind: str, now: tuple[str, str], then: tuple[str, str]) -> None:
    this = period(kind, date(2026, 11, 25))  # type: ignore[arg-type]
    assert tuple(map(str, this)) == now
    assert tuple(map(str, before(*this))) == then


def test_baocao_is_ones_own_and_the_wards_for_who_leads(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.joins("Minh", area="Khu phố 1")
    hall.joins("Anh Ba", role="lead")
    with hall.app.store.write() as session:
        for staff, count in ((1, 6), (2, 1)):
            for _ in range(count):
                session.add(HelpSession(staff_id=staff, outcome="done", minutes=10, day=NOW.date()))
    hall.says("Minh", "/baocao")
    assert "Số người được giúp: 1" in hall.hears("Minh")
    hall.says("Anh Ba", "/baocao tuần")
    told = hall.hears("Anh Ba")
    assert "Số người được giúp: 7" in told
    assert "Lan: 6" in told
    hall.says("Lan", "/baocao chiều nay")
    assert "/baocao nửa năm" in hall.hears("Lan")


def test_the_command_line_sets_up_a_team_and_reports(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUSO_DATABASE_URL", database_url)
    monkeypatch.setenv("CAUSO_SECRET_KEY", "a key for tests only, long enough")
    monkeypatch.chdir(tmp_path)

    def run(*words: str, code: int = 0, typed: str | None = None) -> str:
        result = CliRunner().invoke(app, list(words), input=typed)
        assert result.exit_code == code, f"{words}: {result.output} {result.exception}"
        return result.output

    run("staff", "area", "add", "Khu phố 3")
    run("staff", "add", "Trần Thị Lan", "--area", "khu pho 3", "--skills", "VNeID")
    assert "mon 18:00-21:00" in run("staff", "rota", "tran thi lan", "--days", "mon-wed,sun")
    assert "none of" in run("staff", "rota", "tran thi lan", "--days", "monkeys,xx", code=2)
    assert "not like" in run("staff", "rota", "tran thi lan", "--days", "mon", "--hours", "six", code=2)
    run("staff", "leave", "tran thi lan", "--from", "2026-12-01", "--to", "2026-12-02")
    assert "Trần Thị Lan" in run("staff", "on-duty", "--area", "Khu phố 3", "--at", "2026-11-30 19:00:00")
    assert "nobody" in run("staff", "on-duty", "--area", "Khu phố 3", "--at", "2026-12-01 19:00:00")
    assert "/ban" in run("staff", "password", "tran thi lan", typed="mot mat khau that dai\n")
    assert "otpauth://" in run("staff", "password", "tran thi lan", "--totp", typed="mot mat khau that dai\n")
    assert "sends this to the bot" in run("staff", "invite", "tran thi lan")
    assert "Khu phố 3" in run("staff", "list")
    store = open_store(database_url)
    with store.write() as session:
        session.add_all(HelpSession(staff_id=1, outcome="done", minutes=20, day=NOW.date()) for _ in range(6))
        assert session.scalars(select(Audit.act)).first() == "area added"
    store.close()
    told = run("report", "helping", "--from", "2026-11-01", "--to", "2026-11-30", "--xlsx", str(tmp_path / "a.xlsx"))
    assert "120" in told
    rows = [row[:2] for row in load_workbook(tmp_path / "a.xlsx").active.values]
    assert ("Số người được giúp", 6) in rows
    run("staff", "remove", "tran thi lan")
    assert "there is no member" in str(CliRunner().invoke(app, ["staff", "invite", "tran thi lan"]).exception)


def test_how_it_ended_is_not_told_of_fewer_than_five(store: Store, library: Library) -> None:
    content = library.current.content
    with store.write() as session:
        lan = member(session, "Lan")
        for count, day in ((3, date(2026, 10, 5)), (6, date(2026, 11, 5))):
            session.add_all(
                HelpSession(staff_id=lan.id, outcome="done", minutes=10, day=day, guide="vneid-muc-2")
                for _ in range(count)
            )
    with store.read() as session:
        october = help_numbers(session, date(2026, 10, 1), date(2026, 10, 31))
        november = help_numbers(session, date(2026, 11, 1), date(2026, 11, 30))
    assert (october.people, october.minutes, october.outcomes) == (3, 30, {})
    few = help_sections(october, None, content, content.texts)
    assert [line.name for line in few[0].lines] == ["Số người được giúp", "Số phút"]
    assert [(line.name, line.number) for line in few[1].lines] == [("Khác, hoặc dưới 5 người", 3)]
    done = help_sections(november, october, content, content.texts)[0].lines[1]
    assert (done.name, done.number, done.before) == ("Làm xong", 6, None), "nor through the period before"
