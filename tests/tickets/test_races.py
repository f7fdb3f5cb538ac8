"""Two people at the same moment: the database decides, and whoever was late is told."""

import threading
from collections.abc import Callable

from sqlalchemy import select

from bot.store.ticket_tables import Ticket, TicketEntry
from tests.tickets.hall import Hall

_ROUNDS = 8


def at_once(*acts: Callable[[], object]) -> None:
    """All of them, begun together; an error in any of them is raised."""
    barrier, errors = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_two_claims(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.joins("Minh", area="Khu phố 1")
    for number in range(1, _ROUNDS + 1):
        hall.says(f"bà {number}", "gặp người thật")
        hall.hears("Lan"), hall.hears("Minh")
        claim = f"ve:nhan:{number}"
        at_once(lambda c=claim: hall.says("Lan", button=c), lambda c=claim: hall.says("Minh", button=c))
        hall.app.relay.hand_over()
        heard = hall.hears("Lan"), hall.hears("Minh")
        assert sum("Anh/chị gõ gì em chuyển" in words for words in heard) == 1
        assert sum("đã nhận phiếu này" in words for words in heard) == 1
        assert hall.hears(f"bà {number}").count("đã nhận giúp") == 1


def test_a_claim_and_a_withdrawal(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    for number in range(1, _ROUNDS + 1):
        resident = f"bà {number}"
        hall.says(resident, "gặp người thật")
        hall.hears("Lan")
        claim = f"ve:nhan:{number}"
        at_once(lambda c=claim: hall.says("Lan", button=c), lambda r=resident: hall.says(r, "hủy"))
        hall.app.relay.hand_over()
        with hall.app.store.read() as session:
            assert session.get_one(Ticket, number).state == "closed"
        words = hall.hears("Lan")
        assert "Phiếu này đã xong" in words or "bà con không cần nữa" in words, "she knows either way"
        assert '"kind": "idle"' in hall.state("Lan")


def test_an_answer_and_a_withdrawal(hall: Hall) -> None:
    """The words either reached the resident or the member heard that they did not: never neither."""
    hall.joins("Lan", area="Khu phố 1")
    for number in range(1, _ROUNDS + 1):
        resident = f"bà {number}"
        hall.says(resident, "gặp người thật")
        hall.says("Lan", button=f"ve:nhan:{number}")
        hall.hears("Lan"), hall.hears(resident)
        at_once(lambda: hall.says("Lan", "cháu nghe đây"), lambda r=resident: hall.says(r, "hủy"))
        hall.app.relay.hand_over()
        reached = "cháu nghe đây" in hall.hears(resident)
        heard = hall.hears("Lan")
        assert reached != ("Phiếu này đã xong" in heard) or "bà con không cần nữa" in heard
        assert not (reached and "Phiếu này đã xong" in heard)


def test_two_people_writing_to_each_other(hall: Hall) -> None:
    """Both at once, many times: nobody waits for the other for ever, and every word arrives once, in order."""
    hall.joins("Lan", area="Khu phố 1")
    hall.says("bà Tư", "gặp người thật")
    hall.says("Lan", button="ve:nhan:1")
    hall.hears("Lan"), hall.hears("bà Tư")
    said = [f"câu số {number}" for number in range(20)]
    at_once(
        lambda: [hall.says("Lan", f"Lan nói {words}") for words in said],
        lambda: [hall.says("bà Tư", f"bà nói {words}") for words in said],
        lambda: [hall.app.relay.hand_over() for _ in said],
    )
    hall.app.relay.hand_over()
    assert [line for line in hall.hears("bà Tư").splitlines() if line] == [f"👤 Lan: Lan nói {words}" for words in said]
    heard = [line for line in hall.hears("Lan").splitlines() if "bà nói" in line]
    assert heard == [f"Phiếu 1. Bà con: bà nói {words}" for words in said]
    with hall.app.store.read() as session:
        kinds = [row.kind for row in session.scalars(select(TicketEntry)) if row.kind == "message"]
        assert len(kinds) == 2 * len(said)
