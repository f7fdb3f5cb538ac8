"""The web without a browser: health, refusals, streams."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import Site


@contextlib.contextmanager
def visitor(page_site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=page_site.url) as client:
        client.get("/")
        yield client


def send(client: httpx.Client, text: str, key: str = "abcdefgh1", **headers: str) -> httpx.Response:
    headers = {"Accept": "application/json", **headers}
    return client.post("/chat", data={"text": text, "message_id": key}, headers=headers)


def events(client: httpx.Client, wanted: int, after: str = "0") -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    with client.stream("GET", "/events", headers={"Last-Event-ID": after}, timeout=5) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        number = 0
        for line in stream.iter_lines():
            if line.startswith("id:"):
                number = int(line[3:])
            elif line.startswith("data:") and number:
                found.append((number, line[5:]))
                number = 0
            if len(found) >= wanted:
                break
    return found


def test_the_stream_replays_what_was_missed(page_site: Site) -> None:
    with visitor(page_site) as client:
        assert send(client, "đăng ký kết hôn").status_code == 202
        said, told = events(client, 2)
        assert "mine" in said[1]
        assert "bot" in told[1]
        assert events(client, 1, after=str(said[0]))[0][0] == told[0]


def test_a_message_sent_twice_is_taken_once(page_site: Site) -> None:
    with visitor(page_site) as client:
        send(client, "đăng ký kết hôn", "same-key-1")
        send(client, "đăng ký kết hôn", "same-key-1")
        html = client.get("/").text
        assert len(re.findall('class="msg mine"', html)) == 1


def test_other_sites_cannot_speak_for_a_resident(page_site: Site) -> None:
    with visitor(page_site) as client:
        assert send(client, "chào", Origin="https://evil.example").status_code == 403
        assert send(client, "chào", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"), [("/khong-co", 404), ("/p/khong-co", 404), ("/static/x/..%2fsite.py", 404), ("/chat", 404)]
)
def test_a_wrong_address_gets_a_page_in_vietnamese(page_site: Site, path: str, status: int) -> None:
    answer = httpx.get(page_site.url + path)
    assert answer.status_code == status
    assert "Về trang đầu" in answer.text
    assert "Traceback" not in answer.text


def test_malformed_and_huge_posts_are_refused_kindly(page_site: Site) -> None:
    with visitor(page_site) as client:
        assert client.post("/chat", data={"text": "chào"}).status_code == 400
        assert client.post("/chat", content=b"\xff\xfe", headers={"content-type": "text/plain"}).status_code == 400
        assert send(client, "a" * 200_000).status_code == 413
        assert send(client, "á" * 10_000).status_code == 202


def test_sending_too_fast_is_slowed_down(page_site: Site) -> None:
    with visitor(page_site) as client:
        statuses = [send(client, "chào", f"key-number-{number}").status_code for number in range(35)]
    assert statuses.count(202) == 30
    assert statuses[-1] == 429


def test_the_picture_of_a_step_may_be_kept_and_is_safe_to_open(page_site: Site) -> None:
    with visitor(page_site) as client:
        client.post("/chat", data={"button": "go:vneid-muc-2", "message_id": "picture-1"})
        html = client.get("/").text
        address, alt = re.findall(r'<img src="(/pictures/vneid-muc-2/[^"]+)" alt="([^"]+)">', html)[0]
        assert alt.startswith("Hình: ")
        picture = client.get(address)
        assert picture.headers["content-type"].startswith("image/svg+xml")
        assert "max-age=31536000" in picture.headers["cache-control"]
        assert picture.text.startswith("<svg")
        assert "default-src 'none'" in picture.headers["content-security-policy"]
        other = client.get(address.replace(".svg", ".png").split("?")[0])
        assert other.headers["content-type"] == "image/png"
        assert "max-age=300" in other.headers["cache-control"]
        for wrong in ("/pictures/khong-co/x.svg", "/pictures/vneid-muc-2/khong-co.svg", "/pictures/vneid-muc-2/..%2fx"):
            assert client.get(wrong).status_code == 404


def test_a_forged_cookie_is_a_new_visitor(page_site: Site) -> None:
    with visitor(page_site) as client:
        send(client, "đăng ký kết hôn")
        client.cookies.set("causo", "Zm9yZ2Vk.forged", domain="127.0.0.1")
        assert "mine" not in httpx.get(page_site.url, cookies={"causo": "Zm9yZ2Vk.forged"}).text


def test_every_answer_carries_the_policy(page_site: Site) -> None:
    for path in ("/", "/healthz", "/khong-co"):
        policy = httpx.get(page_site.url + path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_a_database_that_is_away_is_not_ready_and_loses_nothing(page_site: Site, tmp_path: Path) -> None:
    with visitor(page_site) as client:
        assert client.get("/readyz").status_code == 200
        file = tmp_path / "web.sqlite3"
        assert page_site.app is not None
        page_site.app.store.close()
        file.rename(tmp_path / "gone")
        file.mkdir()
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert send(client, "đăng ký kết hôn", "while-away").status_code == 503
        file.rmdir()
        (tmp_path / "gone").rename(file)
        assert send(client, "đăng ký kết hôn", "while-away").status_code == 202
        assert client.get("/readyz").status_code == 200
