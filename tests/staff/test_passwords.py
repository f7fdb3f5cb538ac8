"""Signing in to the desk: wrong ones count, sessions end, a second factor is used once."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from bot.seal import seal
from bot.staff import directory
from bot.staff.passwords import WeakPassword, code_matches, hashed, matches, new_secret
from bot.staff.sessions import IDLE, LONGEST, SignInRefused, revoke, sign_in, sign_out, who
from bot.store.connect import Store, open_store
from bot.store.staff_tables import DeskSession, Staff
from tests.conftest import KEY, NOW

RIGHT = "mot mat khau that dai"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def lan_in(session: Session) -> Staff:
    staff = directory.add_staff(session, "Trần Thị Lan")
    staff.password = hashed(RIGHT)
    return staff


def test_a_password_is_argon2_and_long_enough() -> None:
    kept = hashed(RIGHT)
    assert kept.startswith("$argon2id$")
    assert matches(kept, RIGHT)
    assert not matches(kept, RIGHT.upper())
    assert not matches(None, RIGHT)
    with pytest.raises(WeakPassword):
        hashed("ngan")


def test_a_session_ends_by_itself_by_signing_out_and_by_being_revoked(store: Store) -> None:
    with store.write() as session:
        lan = lan_in(session)
        tokens = [sign_in(session, KEY, "tran thi lan", RIGHT, "", "192.0.2.1", NOW) for _ in range(3)]
        assert [who(session, token, NOW) for token in tokens] == [lan, lan, lan]
        assert not any(token in row.digest for token in tokens for row in session.query(DeskSession))
        sign_out(session, tokens[0])
        assert who(session, tokens[0], NOW) is None
        assert who(session, tokens[1], NOW + IDLE) is None
        seen = NOW
        while seen < NOW + LONGEST - IDLE:
            seen += IDLE - timedelta(minutes=1)
            who(session, tokens[2], seen)
        assert who(session, tokens[2], NOW + LONGEST) is None, "being seen does not keep it for ever"
        fresh = sign_in(session, KEY, "Trần Thị Lan", RIGHT, "", "192.0.2.1", NOW)
        revoke(session, lan.id)
        assert who(session, fresh, NOW) is None
        last = sign_in(session, KEY, "Trần Thị Lan", RIGHT, "", "192.0.2.1", NOW)
        directory.remove_staff(session, lan)
        session.flush()
        session.expire_all()
        assert who(session, last, NOW) is None


def test_wrong_ones_are_counted_for_the_name_and_end_in_a_rest(store: Store) -> None:
    with store.write() as session:
        lan_in(session)
        for number in range(5):
            with pytest.raises(SignInRefused, match="wrong"):
                sign_in(session, KEY, "Trần Thị Lan", "sai", "", f"192.0.2.{number}", NOW)
        with pytest.raises(SignInRefused, match="rest"):
            sign_in(session, KEY, "Trần Thị Lan", RIGHT, "", "192.0.2.9", NOW)
        assert sign_in(session, KEY, "Trần Thị Lan", RIGHT, "", "192.0.2.9", NOW + timedelta(hours=2))


def test_a_name_nobody_has_is_refused_as_a_wrong_password_is(store: Store) -> None:
    with store.write() as session, pytest.raises(SignInRefused, match="wrong"):
        sign_in(session, KEY, "Không Ai", RIGHT, "", "192.0.2.1", NOW)


def test_a_second_factor_is_asked_for_and_works_once(store: Store) -> None:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    assert code_matches(secret, code, NOW)
    assert not code_matches(secret, code, NOW + timedelta(minutes=5))
    with store.write() as session:
        lan_in(session).totp = seal(KEY, secret)
        session.flush()
        with pytest.raises(SignInRefused, match="wrong"):
            sign_in(session, KEY, "Trần Thị Lan", RIGHT, "", "192.0.2.1", NOW)
        assert sign_in(session, KEY, "Trần Thị Lan", RIGHT, code, "192.0.2.1", NOW)
        with pytest.raises(SignInRefused, match="wrong"):
            sign_in(session, KEY, "Trần Thị Lan", RIGHT, code, "192.0.2.1", NOW)
