"""A message waiting in the outbox, as JSON."""

from pydantic import TypeAdapter

from bot.channels.contract import Outgoing
from handlers.turn import Button, FilePart, LinkPart, PicturePart, TextPart

_PARTS = {"text": TextPart, "picture": PicturePart, "file": FilePart, "link": LinkPart}
_KINDS = {part: kind for kind, part in _PARTS.items()}
_JSON = TypeAdapter(dict[str, dict[str, str] | list[tuple[str, str]] | str])


def dump(message: Outgoing) -> str:
    """The message as JSON; `load` gives it back."""
    part = {name: getattr(message.part, name) for name in message.part.__dataclass_fields__}
    buttons = [(button.label, button.value) for button in message.buttons]
    data: dict[str, dict[str, str] | list[tuple[str, str]] | str] = {
        "kind": _KINDS[type(message.part)],
        "part": part,
        "buttons": buttons,
    }
    return _JSON.dump_json(data).decode()


def load(payload: str) -> Outgoing:
    data = _JSON.validate_json(payload)
    kind, part, buttons = data["kind"], data["part"], data["buttons"]
    assert isinstance(kind, str)
    assert isinstance(part, dict)
    assert isinstance(buttons, list)
    return Outgoing(_PARTS[kind](**part), tuple(Button(label, value) for label, value in buttons))
