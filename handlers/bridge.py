"""The member's side of tickets, in their own chat: see, claim, answer, note, pass on, have approved, close."""

from dataclasses import replace

from handlers import bridge_insert
from handlers.bridge_words import listed, opened
from handlers.ports import Tools
from handlers.states import Bridging, Idle
from handlers.ticket_ports import MemberDesk, TicketOutcome
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say, says

OURS = "ve:"
_OUTCOMES: tuple[TicketOutcome, ...] = ("done", "explained", "visit", "office", "unreached")


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`ve:nhan:<ticket>` claims, `ve:mo:<ticket>` opens one of one's own, `ve:ds` lists; inside one `ve:roi` leaves it
    open and goes away, `ve:ghi` and `ve:duyet` write a note or a draft, `ve:chuyen[:<colleague>]` passes on,
    `ve:dong[:<outcome>]` closes; `ve:ok:<entry>` and `ve:khong:<entry>` decide on a colleague's draft."""
    value, desk = turn.incoming.button or "", tools.tickets
    if desk is None or not value.startswith(OURS):
        return None
    verb, _, given = value.removeprefix(OURS).partition(":")
    number = int(given) if given.isdigit() else None
    if verb == "ds":
        return _list(tools, desk)
    if verb in ("ok", "khong") and number is not None:
        key = "bridge_decided" if desk.decide(number, verb == "ok") else "bridge_decided_already"
        return _said(tools, key)
    if verb in ("nhan", "mo") and number is not None:
        return _claimed(tools, desk, number) if verb == "nhan" else _opened(tools, desk, number)
    return _inside(turn, tools, desk, verb, given) if isinstance(turn.state, Bridging) else _list(tools, desk)


def text(turn: Turn, tools: Tools) -> Reply | None:
    """In a ticket every word goes where the member is writing to; outside, “phiếu” lists the tickets."""
    desk, said = tools.tickets, turn.incoming.text.strip()
    if desk is None or turn.incoming.button:
        return None
    if said.lower() in ("/phieu", "/ve") or says(tools, "tickets", said):
        return _list(tools, desk)
    if not isinstance(turn.state, Bridging) or said.startswith("/"):
        return bridge_insert.text(turn, tools, desk) if isinstance(turn.state, Bridging) else None
    seen, ticket = turn.incoming.seen, turn.state.ticket
    if seen and seen.card:
        return _said(tools, "refuse_card")
    jpeg = seen.jpeg if seen and turn.state.writing == "message" else b""
    if not said and not jpeg:
        return _said(tools, "bridge_text_only")
    match turn.state.writing:
        case "note":
            return _back(tools, ticket, desk.note(ticket, said), "bridge_noted")
        case "draft":
            sent = desk.draft(ticket, said)
            view = desk.view(ticket)
            if view and view.mine and not sent:
                return replace(_said(tools, "bridge_no_officer"), state=Bridging(ticket))
            return _back(tools, ticket, sent, "bridge_drafted")
        case "message":
            if desk.say(ticket, said or say(tools, "ticket_picture"), jpeg):
                return Reply(Outcome.WITH_HELPER)
            return _back(tools, ticket, False, "")


def _inside(turn: Turn, tools: Tools, desk: MemberDesk, verb: str, given: str) -> Reply:
    assert isinstance(turn.state, Bridging)
    ticket = turn.state.ticket
    match verb:
        case "roi":
            return replace(_said(tools, "bridge_left"), state=Idle())
        case "ghi":
            return replace(_said(tools, "bridge_note_ask"), state=Bridging(ticket, "note"))
        case "duyet":
            return replace(_said(tools, "bridge_draft_ask"), state=Bridging(ticket, "draft"))
        case "chuyen" if given.isdigit():
            return _back(tools, ticket, desk.pass_on(ticket, int(given)), "bridge_passed_on", ends=True)
        case "chuyen":
            people = [Button(one.name, f"ve:chuyen:{one.id}") for one in desk.colleagues(ticket)]
            return _said(tools, "bridge_pass_on_to" if people else "bridge_nobody_else", *people)
        case "dong" if given in _OUTCOMES:
            outcome = next(name for name in _OUTCOMES if name == given)
            return _back(tools, ticket, desk.close(ticket, outcome), "bridge_closed", ends=True)
        case "dong":
            ways = [Button(say(tools, f"field_outcome_{name}"), f"ve:dong:{name}") for name in _OUTCOMES]
            return _said(tools, "bridge_outcome_ask", *ways)
    return bridge_insert.button(turn, tools, desk, verb, given) or _opened(tools, desk, ticket)


def _claimed(tools: Tools, desk: MemberDesk, ticket: int) -> Reply:
    view = desk.claim(ticket)
    if view is None:
        now = desk.view(ticket)
        if now and now.holder and now.state != "closed":
            return Reply(Outcome.DONE, (TextPart(say(tools, "bridge_taken", who=now.holder)),), (_list_button(tools),))
        return _said(tools, "bridge_gone", _list_button(tools))
    return opened(tools, view)


def _opened(tools: Tools, desk: MemberDesk, ticket: int) -> Reply:
    view = desk.view(ticket)
    if view is None or not view.mine:
        return replace(_said(tools, "bridge_gone", _list_button(tools)), state=Idle())
    return opened(tools, view)


def _list(tools: Tools, desk: MemberDesk) -> Reply:
    mine, waiting = desk.mine(), desk.waiting()
    buttons = [Button(say(tools, "button_bridge_open", number=one.id), f"ve:mo:{one.id}") for one in mine]
    buttons += [Button(say(tools, "button_bridge_claim", number=one.id), f"ve:nhan:{one.id}") for one in waiting]
    texts = [listed(tools, "bridge_mine", mine), listed(tools, "bridge_waiting", waiting)]
    shown = [text for text in texts if text] or [say(tools, "bridge_none")]
    return Reply(Outcome.DONE, tuple(map(TextPart, shown)), tuple(buttons), Idle())


def _back(tools: Tools, ticket: int, done: bool, key: str, ends: bool = False) -> Reply:
    """Done: so it is said, and the member goes on writing to the resident, or is out of the ticket when that ended it.
    Not done: it is no longer theirs."""
    if not done:
        return replace(_said(tools, "bridge_gone", _list_button(tools)), state=Idle())
    if ends:
        return replace(_said(tools, key, _list_button(tools)), state=Idle())
    return replace(_said(tools, key), state=Bridging(ticket))


def _list_button(tools: Tools) -> Button:
    return Button(say(tools, "button_bridge_list"), "ve:ds")


def _said(tools: Tools, key: str, *buttons: Button) -> Reply:
    return Reply(Outcome.DONE, (TextPart(say(tools, key)),), buttons)
