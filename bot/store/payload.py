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
        "caption": message.caption,
        "replaces": message.replaces,
    }
    return _JSON.dump_json(data).decode()


def load(payload: str) -> Outgoing:
    """The message again; ValueError when the text is not one."""
    data = _JSON.validate_json(payload)
    kind, part, buttons = data.get("kind"), data.get("part"), data.get("buttons")
    if not (isinstance(kind, str) and isinstance(part, dict) and isinstance(buttons, list)) or kind not in _PARTS:
        raise ValueError("not a message")
    try:
        made = _PARTS[kind](**part)
    except TypeError:
        raise ValueError(f"not a {kind}") from None
    # These are not there when the message was queued by an older version.
    caption, replaces = str(data.get("caption", "")), str(data.get("replaces", ""))
    return Outgoing(made, tuple(Button(label, value) for label, value in buttons), caption, replaces)
