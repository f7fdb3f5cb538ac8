"""Dossiers from other systems, at the wire: what they say, what they leave out, and how they fail."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.app import App, build
from bot.dossiers.known import KnownDossiers
from bot.dossiers.remote import Remote
from bot.dossiers.source import Source, local_moment
from bot.dossiers.source_mapping import JsonMapping, SqlMapping, read_mapping
from bot.dossiers.sources import open_source
from bot.dossiers.table import TableDossiers, load_sample
from bot.errors import SettingsError, SourceAway
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import upgrade
from bot.store.tables import DossierRow
from handlers.ports import Status
from handlers.turn import Incoming, Outcome, Photographed
from tests.conftest import KEY, NOW, Person, words
from tests.doubles.one_stop import CLIENT, PERSON, SECRET, OneStop, igate_dossier

CODE = "H24.12-261120-0055"
MAPPING = """
items: ketQua.hoSo
fields:
  code: soHoSo
  procedure: [thuTuc.ten, tenThuTuc]
  status: tinhTrang
  received: tiepNhan
  due: henTra
  updated: capNhat
  holder: dangGiu
statuses:
  Chờ ký số: in_progress
"""


@pytest.fixture
def one_stop() -> Iterator[OneStop]:
    with OneStop().running() as double:
        yield double


def igate_settings(one_stop: OneStop, **more: object) -> Settings:
    given: dict[str, object] = {
        "dossier_source": "igate",
        "dossier_url": f"{one_stop.url}/pa/dossier-search/dvc",
        "dossier_token_url": f"{one_stop.url}/auth/token",
        "dossier_client_id": CLIENT,
        "dossier_client_secret": SECRET,
        **more,
    }
    return Settings(**given)  # type: ignore[arg-type]


@pytest.fixture
def igate(one_stop: OneStop) -> Iterator[Source]:
    source = open_source(igate_settings(one_stop), lambda: NOW)
    assert source is not None
    yield source
    source.close()


# --- what an iGate answers


def test_an_igate_dossier_is_read_with_its_days_where_the_residents_are(igate: Source, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    dossier = igate.ask(CODE, 4)
    assert dossier is not None
    assert (dossier.code, dossier.procedure, dossier.status) == (CODE, "Đăng ký khai sinh", Status.IN_PROGRESS)
    assert dossier.received_on == date(2026, 11, 20), "17:30 UTC is the next day in Vietnam"
    assert (dossier.due_on, dossier.as_of) == (date(2026, 11, 26), NOW)
    assert PERSON not in repr(dossier)
    assert "0912345678" not in repr(dossier)
    assert one_stop.queries == [{"page": "0", "size": "10", "spec": "slice", "code": CODE}]


@pytest.mark.parametrize(
    ("parts", "status", "since"),
    [
        ({"statusCurrentTask": "Chờ trả kết quả", "completedDate": "2026-11-24T02:00:00Z"}, "ready", "2026-11-24"),
        ({"statusCurrentTask": None, "dossierTaskStatus": {"id": "60", "name": "Chờ bổ sung"}}, "supplement", "None"),
        (
            {"statusCurrentTask": "", "dossierStatus": {"name": [{"languageId": 228, "name": "Đã hủy"}]}},
            "stopped",
            "None",
        ),
        ({"statusCurrentTask": "Bước của riêng phường"}, "unknown", "None"),
        ({"statusCurrentTask": None}, "unknown", "None"),
    ],
)
def test_the_status_is_where_the_version_has_it(
    igate: Source, one_stop: OneStop, parts: dict[str, object], status: str, since: str
) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE, **parts)
    dossier = igate.ask(CODE, 4)
    assert dossier is not None
    assert (str(dossier.status), str(dossier.status_since)) == (status, since)


def test_only_the_very_code_counts_among_what_a_search_finds(igate: Source, one_stop: OneStop) -> None:
    one_stop.dossiers[f"{CODE}1"] = igate_dossier(f"{CODE}1", "Đã trả kết quả")
    assert igate.ask(CODE, 4) is None
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    found = igate.ask(CODE, 4)
    assert found is not None
    assert found.status is Status.IN_PROGRESS


def test_days_that_cannot_be_are_left_out(igate: Source, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE, appliedDate="hôm qua", appointmentDate=1e300)
    dossier = igate.ask(CODE, 4)
    assert dossier is not None
    assert (dossier.received_on, dossier.due_on) == (None, None)
    one_stop.dossiers[CODE] = igate_dossier(CODE, appointmentDate="2026-11-01T00:00:00Z")
    backwards = igate.ask(CODE, 4)
    assert backwards is not None
    assert backwards.due_on is None, "before it was received"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-19T17:30:00.000+0000", datetime(2026, 11, 20, 0, 30)),
        ("2026-11-19T17:30:00Z", datetime(2026, 11, 20, 0, 30)),
        ("2026-11-19T17:30:00", datetime(2026, 11, 19, 17, 30)),
        (1795109400000, datetime(2026, 11, 20, 0, 30)),
        (1795109400, datetime(2026, 11, 20, 0, 30)),
        ("1795109400000", datetime(2026, 11, 20, 0, 30)),
        ("20/11/2026 08:15", datetime(2026, 11, 20, 8, 15)),
        (datetime(2026, 11, 19, 17, 30, tzinfo=UTC), datetime(2026, 11, 20, 0, 30)),
        ("", None),
        (None, None),
    ],
)
def test_times_in_every_form_that_systems_send(written: str | int | datetime | None, read: datetime | None) -> None:
    assert local_moment(written) == read


# --- tokens


def test_a_token_is_used_again_and_renewed_once_when_it_is_refused(igate: Source, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    assert igate.ask(CODE, 4)
    assert igate.ask(CODE, 4)
    assert one_stop.tokens == 1
    one_stop.revoke()
    assert igate.ask(CODE, 4)
    assert one_stop.tokens == 2
    one_stop.broken = "401"
    with pytest.raises(SourceAway, match="http_401"):
        igate.ask(CODE, 4)
    assert one_stop.tokens == 3


def test_wrong_credentials_and_a_strange_token_service_are_being_away(one_stop: OneStop) -> None:
    wrong = open_source(igate_settings(one_stop, dossier_client_secret="old"), lambda: NOW)
    assert wrong is not None
    with pytest.raises(SourceAway, match="token_http_401"):
        wrong.ask(CODE, 4)
    one_stop.token_broken = "html"
    with pytest.raises(SourceAway, match="token_unreadable"):
        wrong.ask(CODE, 4)
    assert one_stop.asked == []
    wrong.close()


# --- how it fails


@pytest.mark.parametrize("faults", [["500"], ["502", "503"], ["429"]])
def test_what_passes_is_tried_again(igate: Source, one_stop: OneStop, faults: list[str]) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    one_stop.faults = list(faults)
    assert igate.ask(CODE, 4)
    assert len(one_stop.asked) == len(faults) + 1


@pytest.mark.parametrize(
    ("broken", "reason", "tries"),
    [
        ("500", "http_500", 3),
        ("403", "http_403", 1),
        ("404", "http_404", 1),
        ("login", "http_302", 1),
        ("html", "unreadable", 1),
        ("cut", "unreadable", 1),
        ("other", "unreadable", 1),
        ("strange", "unreadable", 1),
        ("text", "unreadable", 1),
        ("endless", "too_long", 1),
    ],
)
def test_what_cannot_be_read_is_never_taken_for_an_unknown_code(
    igate: Source, one_stop: OneStop, broken: str, reason: str, tries: int
) -> None:
    one_stop.broken = broken
    with pytest.raises(SourceAway, match=reason):
        igate.ask(CODE, 4)
    assert len(one_stop.asked) == tries


@pytest.mark.parametrize("broken", ["hang", "drip"])
def test_a_slow_answer_is_given_up(igate: Source, one_stop: OneStop, broken: str) -> None:
    one_stop.broken = broken
    with pytest.raises(SourceAway, match="timeout"):
        igate.ask(CODE, 0.5)


def test_nobody_there(one_stop: OneStop) -> None:
    away = open_source(igate_settings(one_stop, dossier_token_url="http://127.0.0.1:1/token"), lambda: NOW)
    assert away is not None
    with pytest.raises(SourceAway, match="connection"):
        away.ask(CODE, 4)
    away.close()


# --- any JSON, by a mapping file


@pytest.fixture
def plain(one_stop: OneStop, tmp_path: Path) -> Iterator[Source]:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    settings = Settings(
        dossier_source="json", dossier_url=f"{one_stop.url}/ho-so/{{code}}", dossier_mapping=tmp_path / "mapping.yaml"
    )  # type: ignore[arg-type]
    source = open_source(settings, lambda: NOW)
    assert source is not None
    yield source
    source.close()


def test_a_mapping_file_says_where_the_fields_are(plain: Source, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = {
        "soHoSo": f" {CODE.lower()} ",
        "tenThuTuc": "Đăng ký kết hôn",
        "tinhTrang": "Chờ ký số",
        "tiepNhan": "20/11/2026",
        "henTra": 1795709400000,
        "capNhat": "2026-11-23 10:00",
        "dangGiu": "Tư pháp hộ tịch",
        "nguoiNop": PERSON,
    }
    dossier = plain.ask(CODE, 4)
    assert dossier is not None
    assert (dossier.procedure, dossier.status, dossier.holder) == (
        "Đăng ký kết hôn",
        Status.IN_PROGRESS,
        "Tư pháp hộ tịch",
    )
    assert (dossier.received_on, dossier.due_on) == (date(2026, 11, 20), date(2026, 11, 26))
    assert dossier.status_since == date(2026, 11, 23)
    assert plain.ask("H24.12-261120-0056", 4) is None, "404 where the code is in the address"
    assert PERSON not in repr(dossier)


def test_a_code_is_no_path(plain: Source, one_stop: OneStop) -> None:
    assert plain.ask("../tu-choi?x=", 4) is None
    assert one_stop.asked == ["../tu-choi?x="]


def test_the_mappings_of_the_guide_are_taken_as_they_are_written(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/vi/mot-cua.md").read_text(encoding="utf-8")
    models = (JsonMapping, SqlMapping)
    for block, model in zip(re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL), models, strict=True):
        (tmp_path / "m.yaml").write_text(block, encoding="utf-8")
        assert read_mapping(tmp_path / "m.yaml", model).statuses == {"Chờ ký số": "in_progress"}
    named = set(re.findall(r"CAUSO_[A-Z_]+[A-Z]", guide)) - {"CAUSO_DOSSIER_CLIENT_SECRET_FILE"}
    assert {name.removeprefix("CAUSO_").lower() for name in named} <= set(Settings.model_fields)


# --- a view in a database


@pytest.fixture
def sql(database_url: str, tmp_path: Path) -> Iterator[Source]:
    """A view over a table that is not ours, in the test's database."""
    engine = create_engine(make_url(database_url).set(drivername=_driver(database_url)))
    with engine.begin() as connection:
        connection.execute(text('CREATE TABLE "HoSo" (ma TEXT, ten TEXT, tt TEXT, nhan DATE, hen TIMESTAMP, sua TEXT)'))
        connection.execute(text('CREATE VIEW "v_HoSo" AS SELECT * FROM "HoSo"'))
        row = "INSERT INTO \"HoSo\" VALUES (:ma, 'Đăng ký khai tử', :tt, '2026-11-20', '2026-11-26 17:00:00', :sua)"
        connection.execute(text(row), {"ma": CODE, "tt": "Đang xử lý", "sua": "20/11/2026"})
        connection.execute(text(row), {"ma": CODE, "tt": "Đã trả kết quả", "sua": "24/11/2026"})
    engine.dispose()
    mapping = tmp_path / "view.yaml"
    columns = "{code: ma, procedure: ten, status: tt, received: nhan, due: hen, updated: sua}"
    mapping.write_text(f"view: v_HoSo\ncolumns: {columns}\n", encoding="utf-8")
    settings = Settings(dossier_source="sql", dossier_url=database_url, dossier_mapping=mapping)  # type: ignore[arg-type]
    source = open_source(settings, lambda: NOW)
    assert source is not None
    yield source
    source.close()


def _driver(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql+psycopg"


def test_a_view_gives_the_row_that_was_updated_last(sql: Source) -> None:
    dossier = sql.ask(CODE, 4)
    assert dossier is not None
    assert (dossier.procedure, dossier.status) == ("Đăng ký khai tử", Status.RETURNED)
    assert (dossier.received_on, dossier.due_on) == (date(2026, 11, 20), date(2026, 11, 26))
    assert dossier.status_since == date(2026, 11, 24)
    assert sql.ask("H24.12-261120-0056", 4) is None
    assert sql.ask("' OR '1'='1", 4) is None


def test_the_database_of_others_is_only_read(sql: Source) -> None:
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError), sql.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text('DELETE FROM "HoSo"'))


def test_a_view_that_is_gone_is_being_away(sql: Source, database_url: str) -> None:
    engine = create_engine(make_url(database_url).set(drivername=_driver(database_url)))
    with engine.begin() as connection:
        connection.execute(text('DROP VIEW "v_HoSo"'))
    engine.dispose()
    with pytest.raises(SourceAway):
        sql.ask(CODE, 4)


# --- settings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dossier_url": "https://mot-cua.vn"}, "CAUSO_DOSSIER_SOURCE"),
        ({"dossier_source": "igate"}, "CAUSO_DOSSIER_URL"),
        ({"dossier_source": "igate", "dossier_url": "mot-cua.vn"}, "CAUSO_DOSSIER_URL: must begin"),
        ({"dossier_source": "json", "dossier_url": "https://a.vn"}, "CAUSO_DOSSIER_MAPPING: is needed"),
        (
            {"dossier_source": "igate", "dossier_url": "https://a.vn", "dossier_mapping": "m.yaml"},
            "is for json and sql",
        ),
        ({"dossier_source": "json", "dossier_url": "https://a.vn", "dossier_mapping": "none.yaml"}, "cannot read"),
        ({"dossier_source": "json", "dossier_url": "https://a.vn", "dossier_mapping": "{bad}"}, "status"),
        ({"dossier_source": "sql", "dossier_url": "https://a.vn", "dossier_mapping": "{good}"}, "CAUSO_DOSSIER_URL"),
        ({"dossier_source": "sql", "dossier_url": "sqlite:///none.db", "dossier_mapping": "{good}"}, "no file"),
        ({"dossier_source": "sql", "dossier_url": "oracle://a/b", "dossier_mapping": "{good}"}, "driver"),
        (
            {"dossier_source": "igate", "dossier_url": "https://a.vn", "dossier_client_id": "x"},
            "CAUSO_DOSSIER_TOKEN_URL: is needed",
        ),
    ],
)
def test_a_wrong_setting_is_one_clear_line(given: dict[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("items: content\nfields: {code: code}\n", encoding="utf-8")
    (tmp_path / "good.yaml").write_text("view: v\ncolumns: {code: ma, status: tt}\n", encoding="utf-8")
    files = {"{bad}": str(tmp_path / "bad.yaml"), "{good}": str(tmp_path / "good.yaml")}
    settings = Settings(**{name: files.get(value, value) for name, value in given.items()})  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=said) as wrong:
        open_source(settings, lambda: NOW)
    assert "\n" not in str(wrong.value)


def test_neither_the_secret_nor_the_address_of_a_database_is_shown(one_stop: OneStop) -> None:
    settings = igate_settings(one_stop, dossier_url="postgresql://causo:pa55word@host/db")
    assert "pa55word" not in repr(settings)
    assert SECRET not in repr(settings)


# --- the cache and the breaker


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def remote(one_stop: OneStop, clock: Clock) -> Iterator[Remote]:
    source = open_source(igate_settings(one_stop), clock)
    assert source is not None
    asking = Remote(source, clock)
    yield asking
    asking.close()


def message(said: str = "", button: str | None = None) -> Incoming:
    return Incoming("console", "a", "1", NOW, said, button)


def test_an_answer_is_kept_for_a_minute_and_so_is_none(remote: Remote, one_stop: OneStop, clock: Clock) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    other = "H24.12-261120-7777"
    for _ in range(3):
        remote.ahead(message(f"hồ sơ {CODE} đâu rồi"))
        remote.ahead(message(button=f"hs:{other}"))
    assert one_stop.asked == [CODE, other, "H24.12-261120-07777", "H24.12-261120-007777"]
    assert not remote.failed(other)
    answer = remote.answer(other)
    assert answer is not None
    assert answer.dossier is None
    clock.now += timedelta(seconds=61)
    remote.ahead(message(CODE))
    assert one_stop.asked[4:] == [CODE]


def test_what_a_mistyped_code_may_mean_is_asked_too(remote: Remote, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    remote.ahead(message("H24.12-261120-055"))
    assert one_stop.asked[:2] == ["H24.12-261120-055", CODE]
    assert len(one_stop.asked) == 4
    answer = remote.answer(CODE)
    assert answer is not None
    assert answer.dossier is not None


def test_the_code_read_from_a_photo_is_asked_for(remote: Remote, one_stop: OneStop) -> None:
    photo = replace(message(), photo="file", seen=Photographed((CODE,)))
    assert remote.ahead(photo) == photo
    assert one_stop.asked == [CODE]


def test_no_code_no_question(remote: Remote, one_stop: OneStop) -> None:
    for said in ("làm khai sinh cần gì", "1.004222", "RR123456785VN", "0912345678"):
        remote.ahead(message(said))
    assert one_stop.asked == []


def test_after_three_failures_it_rests_then_one_question_finds_it_back(
    remote: Remote, one_stop: OneStop, clock: Clock
) -> None:
    one_stop.broken = "403"
    for number in range(6):
        remote.ahead(message(f"H24.12-261120-000{number}"))
    assert len(one_stop.asked) == 3
    assert remote.failed("H24.12-261120-0005")
    clock.now += timedelta(seconds=31)
    remote.ahead(message("H24.12-261120-0006"))
    remote.ahead(message("H24.12-261120-0007"))
    assert len(one_stop.asked) == 4, "one question, and it failed"
    clock.now += timedelta(seconds=31)
    one_stop.broken = ""
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    remote.ahead(message(CODE))
    remote.ahead(message(f"{CODE[:-1]}6"))
    assert one_stop.asked[4:6] == [CODE, f"{CODE[:-1]}6"]
    assert not remote.failed(CODE)


# --- in a conversation


@pytest.fixture
def resident(one_stop: OneStop, tmp_path: Path, library: Library) -> Iterator[Person]:
    url = f"sqlite:///{tmp_path / 'talk.sqlite3'}"
    upgrade(url)

    def start(now: Callable[[], datetime]) -> App:
        settings = igate_settings(one_stop, database_url=url, secret_key=KEY, place="phuong-ngo-quyen")
        app = build(settings, library, now)
        with app.store.write() as session:
            load_sample(session, NOW.date())
        return app

    somebody = Person(start)
    yield somebody
    assert somebody.app.remote is not None
    somebody.app.remote.close()
    somebody.app.store.close()


def test_the_one_stop_system_answers_in_the_conversation(resident: Person, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE, "Chờ bổ sung")
    reply = resident.says(f"em coi giùm hồ sơ {CODE.lower()}")
    assert reply.outcome is Outcome.DOSSIER_SHOWN
    assert "Cần bổ sung giấy tờ" in words(reply)
    assert "Số liệu lúc 09:00 25/11/2026" in words(reply)
    assert PERSON not in words(reply)


def test_an_unknown_code_leads_to_the_portal_with_the_code_on_a_line_of_its_own(resident: Person) -> None:
    reply = resident.says(CODE)
    assert reply.outcome is Outcome.DOSSIER_UNKNOWN
    assert "chưa thấy" in words(reply)
    assert "https://dichvucong.gov.vn/tra-cuu-ho-so" in words(reply)
    assert CODE in words(reply).splitlines()


def test_while_it_is_away_a_code_is_not_called_unknown(resident: Person, one_stop: OneStop) -> None:
    one_stop.broken = "500"
    reply = resident.says(CODE)
    assert reply.outcome is Outcome.DOSSIER_UNKNOWN
    assert "Hệ thống một cửa chưa trả lời" in words(reply)
    assert "chưa thấy" not in words(reply)
    assert CODE in words(reply).splitlines()


def test_while_it_is_away_the_last_answer_is_shown_with_its_time(resident: Person, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    resident.says(CODE)
    resident.now += timedelta(hours=3)
    one_stop.broken = "500"
    reply = resident.says(CODE)
    assert reply.outcome is Outcome.DOSSIER_SHOWN
    assert "Hệ thống một cửa chưa trả lời, đây là số liệu lúc 09:00 25/11/2026" in words(reply)


def test_while_it_is_away_the_imported_table_is_shown_with_its_time(resident: Person, one_stop: OneStop) -> None:
    one_stop.broken = "500"
    reply = resident.says("H24.12-261120-0003")
    assert reply.outcome is Outcome.DOSSIER_SHOWN
    assert "Hệ thống một cửa chưa trả lời, đây là số liệu lúc 14:00 25/11/2026" in words(reply)


def test_the_newer_of_table_and_system_is_shown(resident: Person, one_stop: OneStop) -> None:
    code = "H24.12-261120-0056"
    one_stop.dossiers[code] = igate_dossier(code, "Đã trả kết quả")
    with resident.app.store.write() as session:
        session.add(row(code, NOW - timedelta(hours=1)))
    assert "Đã trả kết quả" in words(resident.says(code))
    with resident.app.store.write() as session:
        session.merge(row(code, NOW + timedelta(minutes=2)))
    assert "Đang giải quyết" in words(resident.says(code))


def row(code: str, as_of: datetime) -> DossierRow:
    return DossierRow(
        code=code, procedure="Đăng ký khai sinh", status="in_progress", status_words="Đang xử lý", as_of=as_of
    )


def test_a_yes_to_a_code_that_was_offered_shows_it(resident: Person, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    asked = resident.says("H24.12-261120-055")
    assert asked.outcome is Outcome.ASKED_BACK
    assert CODE in words(asked)
    assert resident.says("đúng rồi").outcome is Outcome.DOSSIER_SHOWN


def test_what_this_process_never_asked_for_is_neither_unknown_nor_shown_as_old(
    resident: Person, one_stop: OneStop
) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE)
    asked = resident.says("H24.12-261120-055")
    assert asked.outcome is Outcome.ASKED_BACK
    resident.app.remote.close()  # type: ignore[union-attr]
    resident.restart()
    reply = resident.says("đúng rồi")
    assert "chưa trả lời" in words(reply)
    assert "chưa thấy" not in words(reply)
    with resident.app.store.read() as session:
        known = KnownDossiers(TableDossiers(session), resident.app.remote)  # type: ignore[arg-type]
        assert known.away(CODE)
        assert not known.away("H24.12-261026-0004"), "of the table, and nobody asked for it"


def test_who_walks_through_codes_does_not_make_us_walk_through_the_other_system(
    resident: Person, one_stop: OneStop
) -> None:
    for number in range(25):
        reply = resident.says(f"H24.12-261120-{1000 + number}")
    assert reply.outcome is Outcome.REFUSED
    assert "H24.12-261120-1019" in one_stop.asked
    assert "H24.12-261120-1020" not in one_stop.asked
    asked = len(one_stop.asked)
    resident.now += timedelta(minutes=2)
    assert resident.says("H24.12-261120-1000").outcome is Outcome.DOSSIER_UNKNOWN, "the same one again does not count"
    assert len(one_stop.asked) > asked


def test_a_dossier_without_a_status_says_so(resident: Person, one_stop: OneStop) -> None:
    one_stop.dossiers[CODE] = igate_dossier(CODE, None)
    text_shown = words(resident.says(CODE))
    assert "hệ thống một cửa chưa ghi" in text_shown
    assert "****" not in text_shown
