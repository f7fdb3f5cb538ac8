"""Whose a dossier is: what a table leaves behind, four digits, few tries, and nothing to be learnt by trying."""

import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.cli.doctor_dossiers import lookup_findings
from bot.dossiers.identity import fits, initials, last_digits, locked
from bot.dossiers.importer import import_table
from bot.library import Library
from bot.settings import Settings
from bot.store.tables import Counter, DossierRow, Inbox
from handlers.turn import Incoming, Outcome, Reply
from knowledge.dossier_tables import read_table_words
from tests.conftest import KEY, NOW
from tests.tickets.hall import Hall

CODE, UNKNOWN, BARE = "H24.12-261105-0007", "H24.12-261105-0099", "H24.12-261105-0008"
HEAD = "Mã hồ sơ,Tên thủ tục,Chủ hồ sơ,Số điện thoại,CCCD,Trạng thái,Ngày nhận,Ngày hẹn trả,Nội dung bổ sung\n"
ROWS = (
    f"{CODE},Đăng ký kết hôn,Nguyễn Thị Tư,0912 345 678,001099012345,Yêu cầu bổ sung,05/11/2026,30/11/2026,"
    "Thiếu giấy độc thân\n"
    f"{BARE},Đăng ký kết hôn,,,,Yêu cầu bổ sung,05/11/2026,30/11/2026,\n"
)


@pytest.fixture
def table(hall: Hall, library: Library, tmp_path: Path) -> Hall:
    path = tmp_path / "export.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    words = read_table_words(library.folder, None)
    import_table(path, words, hall.app.store, NOW, NOW.date(), lambda done, of: None, KEY)
    return hall


def test_what_is_kept_of_a_person(table: Hall) -> None:
    with table.app.store.read() as session:
        row = session.get_one(DossierRow, CODE)
        assert row.owner == "N. T. T."
        assert row.note == "Thiếu giấy độc thân"
        assert row.proofs is not None
        assert len(row.proofs.split()) == 2
        kept = repr([tuple(found) for found in session.execute(select(*DossierRow.__table__.columns))])
    assert CODE in kept
    assert not any(part in kept for part in ("Nguyễn", "345 678", "12345678", "99012345"))


def test_the_digits_are_not_kept_with_the_message(table: Hall) -> None:
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    table.says("bà Tư", "4 số cuối là 5678")
    table.says("bà Tư", button=f"hs-xem:{BARE}")
    table.says("bà Tư", "5678")
    with table.app.store.read() as session:
        assert [text for text in session.scalars(select(Inbox.text).order_by(Inbox.id)) if text == "…"] == ["…", "…"]
        assert not any("5678" in (text or "") for text in session.scalars(select(Inbox.text)))


def test_the_digits_open_name_and_note_for_this_chat_and_a_day(table: Hall) -> None:
    table.says("bà Tư", f"ho so {CODE}")
    shown = table.hears("bà Tư")
    assert "Thiếu giấy độc thân" not in shown
    assert "N. T. T." not in shown
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    assert "4 số cuối" in table.hears("bà Tư")
    table.says("bà Tư", "4 so cuoi la 5 6 7 8 a")
    shown = table.hears("bà Tư")
    assert "Chủ hồ sơ: N. T. T." in shown
    assert "Thiếu giấy độc thân" in shown
    table.says("bà Tư", CODE)
    assert "Thiếu giấy độc thân" in table.hears("bà Tư")
    table.says("người lạ", CODE)
    assert "Thiếu giấy độc thân" not in table.hears("người lạ")
    table.now += timedelta(hours=25)
    table.says("bà Tư", CODE)
    assert "Thiếu giấy độc thân" not in table.hears("bà Tư")


def test_the_citizen_number_does_too_and_a_whole_number_is_refused(table: Hall) -> None:
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    table.hears("bà Tư")
    table.says("bà Tư", "001099012345")
    assert "đừng gửi" in table.hears("bà Tư")
    table.says("bà Tư", "2345")
    assert "N. T. T." in table.hears("bà Tư")


def test_a_question_in_between_is_answered_and_the_way_out_is_open(table: Hall) -> None:
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    table.hears("bà Tư")
    table.says("bà Tư", "nop ho so tam tru can giay gi")
    assert "tạm trú" in table.hears("bà Tư").lower()
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    table.hears("bà Tư")
    table.says("bà Tư", "thôi")
    assert "mình thôi" in table.hears("bà Tư")


def test_five_wrong_ones_and_the_right_one_no_longer_helps_for_an_hour(table: Hall) -> None:
    table.says("kẻ dò", button=f"hs-xem:{CODE}")
    table.hears("kẻ dò")
    said = []
    for number in range(5):
        table.says("kẻ dò", f"000{number}")
        said.append(table.hears("kẻ dò"))
    assert ["còn thử được 4" in said[0], "còn thử được 1" in said[3], "một giờ nữa" in said[4]] == [True] * 3
    table.says("kẻ dò", button=f"hs-xem:{CODE}")
    table.hears("kẻ dò")
    table.says("kẻ dò", "5678")
    assert "một giờ nữa" in table.hears("kẻ dò")
    table.now += timedelta(minutes=61)
    table.says("kẻ dò", button=f"hs-xem:{CODE}")
    table.hears("kẻ dò")
    table.says("kẻ dò", "5678")
    assert "N. T. T." in table.hears("kẻ dò")


def test_many_chats_do_not_help_either(table: Hall) -> None:
    for number in range(20):
        chat = f"kẻ dò {number // 4}"
        table.says(chat, button=f"hs-xem:{CODE}")
        table.says(chat, f"{number:04}")
        table.hears(chat)
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    table.hears("bà Tư")
    table.says("bà Tư", "5678")
    assert "một giờ nữa" in table.hears("bà Tư")


def test_unknown_and_without_numbers_sound_the_same(table: Hall) -> None:
    """Neither the question nor a wrong answer tells whether the code exists or has numbers on it."""
    heard = {}
    for code in (CODE, BARE, UNKNOWN):
        table.says(code, button=f"hs-xem:{code}")
        asked = table.hears(code)
        table.says(code, "0000")
        heard[code] = (asked, table.hears(code))
    assert heard[CODE] == heard[BARE] == heard[UNKNOWN]


def test_as_much_is_hashed_and_compared_whatever_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing is learnt from the time it takes."""
    phone, citizen = locked(KEY, CODE, "0912345678"), locked(KEY, CODE, "001099012345")
    calls: list[str] = []
    hashed, compared = hmac.new, hmac.compare_digest
    monkeypatch.setattr(hmac, "new", lambda *given: calls.append("hash") or hashed(*given))
    monkeypatch.setattr(hmac, "compare_digest", lambda *given: calls.append("compare") or compared(*given))
    done = set()
    for proofs in (None, phone, f"{phone} {citizen}"):
        for digits in ("0000", "5678", "2345"):
            calls.clear()
            fits(KEY, CODE, digits, proofs)
            done.add(tuple(calls))
    assert len(done) == 1


def test_as_many_statements_are_run_whatever_is_kept(table: Hall) -> None:
    """A wrong try costs the database the same for a dossier with numbers, without, and for none at all."""
    statements: dict[str, list[str]] = {}
    running: list[str] = []
    event.listen(table.app.store.engine, "before_cursor_execute", lambda *given: running.append(given[2]))
    for code in (CODE, BARE, UNKNOWN):
        table.says(code, button=f"hs-xem:{code}")
        running.clear()
        table.says(code, "0000")
        statements[code] = list(running)
    assert statements[CODE] == statements[BARE] == statements[UNKNOWN]
    assert statements[CODE]


def test_a_hash_is_good_for_its_own_dossier_only() -> None:
    proofs = locked(KEY, CODE, "0912345678")
    assert fits(KEY, CODE, "5678", proofs)
    assert not fits(KEY, BARE, "5678", proofs)
    assert not fits(KEY, CODE, "", None)


def test_trying_digits_at_many_codes_is_limited_like_looking_up(table: Hall) -> None:
    said = []
    for number in range(1, 24):
        table.says("kẻ dò", button=f"hs-xem:H24.12-261105-{number:04}")
        said.append(table.hears("kẻ dò"))
    assert ["tạm nghỉ tra cứu" in words for words in said] == [False] * 20 + [True] * 3


def test_a_year_in_a_question_is_no_try(table: Hall) -> None:
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    for said in ("lệ phí tạm trú năm 2026 là bao nhiêu", "0912 345", "12345"):
        table.says("bà Tư", said)
        assert "chưa đúng với hồ sơ" not in table.hears("bà Tư")


def test_the_operator_sees_that_look_ups_were_refused(table: Hall, database_url: str) -> None:
    """What `causo doctor` says, counted on the real day."""
    settings = Settings(database_url=database_url)
    assert [finding.level for finding in lookup_findings(settings)] == ["good"]
    table.now = datetime.now(UTC)
    for number in range(1, 24):
        asks(table, "kẻ dò", f"H24.12-261105-{number:04}")
    (finding,) = lookup_findings(settings)
    assert (finding.level, "3 by chat" in finding.text) == ("warning", True)


def test_forgetting_forgets_the_proof(table: Hall) -> None:
    table.says("bà Tư", button=f"hs-xem:{CODE}")
    table.says("bà Tư", "5678")
    assert "N. T. T." in table.hears("bà Tư")
    table.says("bà Tư", button="cmd:quen-that")
    table.hears("bà Tư")
    table.says("bà Tư", CODE)
    assert "N. T. T." not in table.hears("bà Tư")


def asks(hall: Hall, chat: str, code: str, network: str | None = None) -> Reply:
    hall.count += 1
    incoming = Incoming("console", chat, f"m{hall.count}", hall.now, code, network=network)
    reply = hall.app.engine.take(incoming)
    assert reply is not None
    return reply


def test_who_walks_through_codes_is_stopped_with_the_same_words(table: Hall) -> None:
    codes = [f"H24.12-261105-{number:04}" for number in range(1, 26)]
    replies = [asks(table, "kẻ dò", code) for code in codes]
    refused = [reply for reply in replies if reply.outcome is Outcome.REFUSED]
    assert len(refused) == 5
    assert len({str(reply.parts) for reply in refused}) == 1
    assert asks(table, "kẻ dò", codes[0]).outcome is not Outcome.REFUSED, "the same one again is no new one"
    assert asks(table, "bà Tư", CODE).outcome is Outcome.DOSSIER_SHOWN, "others are not disturbed"
    with table.app.store.read() as session:
        counts = {row.name: row.value for row in session.scalars(select(Counter))}
    assert counts["lookups_limited_chat"] == 5


def test_a_network_is_stopped_however_many_chats_it_opens(table: Hall) -> None:
    outcomes = [asks(table, f"c{n // 10}", f"H24.12-261105-{n:04}", "nhà mạng").outcome for n in range(1, 71)]
    assert outcomes.count(Outcome.REFUSED) == 10
    assert asks(table, "c1", CODE, "mạng khác").outcome is Outcome.DOSSIER_SHOWN


@pytest.mark.parametrize(
    ("cell", "digits"),
    [("0912 345 678", "5678"), ("001099012345", "2345"), ("12", None), ("", None), ("không có", None)],
)
def test_digits_of_a_cell(cell: str, digits: str | None) -> None:
    assert last_digits(cell) == digits


def test_initials_and_locks() -> None:
    assert initials("nguyễn thị tư") == "N. T. T."
    assert initials("—") is None
    assert locked(KEY, CODE, "0912345678") == locked(KEY, CODE, "5678") != locked(KEY, BARE, "5678")
