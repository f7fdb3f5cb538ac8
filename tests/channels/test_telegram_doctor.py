"""What the doctor says of Telegram: asked from a small Telegram on a loopback port."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import App, site
from bot.cli.doctor_telegram import address_findings, clock_findings, telegram_findings
from bot.settings import Settings
from tests.conftest import KEY, NOW
from tests.doubles.telegram import TOKEN, Telegram, serving
from tests.soak.town import free_port


def told(double: Telegram | None, token: str = TOKEN, **more: str) -> list[tuple[str, str]]:
    url = double.url if double else f"http://127.0.0.1:{free_port()}"
    settings = Settings(secret_key=KEY, telegram_token=token, telegram_api_url=url, **more)  # type: ignore[arg-type]
    return [(finding.level, finding.text) for finding in telegram_findings(settings)]


def test_a_token_that_works_and_one_that_does_not() -> None:
    with Telegram().running() as double:
        assert told(double) == [("good", "Telegram knows the bot as @causo_bot")]
        ((level, text),) = told(double, token="12345:another")
    assert level == "wrong"
    assert "@BotFather" in text
    assert "another" not in text


def test_a_blocked_telegram_is_named_with_what_to_do() -> None:
    ((level, text),) = told(None)
    assert level == "wrong"
    assert "CAUSO_TELEGRAM_PROXY" in text
    assert TOKEN not in text


def test_a_webhook_that_cannot_be_reached_is_told_in_telegrams_words() -> None:
    with Telegram().running() as double:
        double.webhook_error = "Wrong response from the webhook: 502 Bad Gateway"
        found = told(double, telegram_mode="webhook", public_url="https://a.example")
        assert ("wrong", found[-1][1]) == found[-1]
        assert "502 Bad Gateway" in found[-1][1]
        plain = told(double, telegram_mode="webhook", public_url="http://a.example")
    assert any("https addresses only" in text for _, text in plain)


@pytest.mark.parametrize(("seconds", "says"), [(0, ""), (-300, "behind"), (300, "ahead")])
def test_a_clock_that_is_wrong(seconds: int, says: str) -> None:
    here = datetime(2026, 11, 25, 2, 0, 0, tzinfo=UTC)
    found = list(clock_findings("Wed, 25 Nov 2026 02:00:00 GMT", here + timedelta(seconds=seconds)))
    assert [says in finding.text for finding in found] == ([True] if says else [])
    assert list(clock_findings("nonsense", here)) == []


def test_the_address_residents_use_leads_here_or_not(starter: Callable[[Callable[[], datetime]], App]) -> None:
    app = starter(lambda: NOW)
    with serving(site(app, asyncio.Event())) as url:
        (here,) = address_findings(Settings(secret_key=KEY, public_url=url))  # type: ignore[arg-type]
    app.store.close()
    (gone,) = address_findings(Settings(secret_key=KEY, public_url=url))  # type: ignore[arg-type]
    assert (here.level, gone.level) == ("good", "warning")
