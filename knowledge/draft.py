"""The draft of a topic from the portal's record: what is known is filled in, the rest is marked for the editor."""

import re
from collections.abc import Iterator, Mapping

from knowledge.fold import strip_tones
from knowledge.place import CatalogueRecord
from knowledge.portal import counted, dong

_LONGEST = 8  # words of an id


def slug(name: str, texts: Mapping[str, str]) -> str:
    """An id from an official name: toneless words with hyphens, without brackets and “thủ tục” before them."""
    plain = re.sub(r"\([^)]*\)", " ", name).strip().lower()
    for prefix in texts["draft_prefixes"].split(","):
        plain = plain.removeprefix(prefix.strip() + " ")
    words = re.findall(r"[a-z0-9]+", strip_tones(re.split(r"[;:]", plain)[0]))
    return "-".join(words[:_LONGEST])


def draft(record: CatalogueRecord, key: str, month: str, texts: Mapping[str, str]) -> str:
    """The YAML of a new topic. Every “# cần điền” in it is told by the check until the editor has taken it out."""
    return "\n".join(_lines(record, key, month, texts)) + "\n"


def _lines(record: CatalogueRecord, key: str, month: str, texts: Mapping[str, str]) -> Iterator[str]:
    marker = texts["check_marker"]
    groups = ", ".join(name.removeprefix("group_") for name in texts if name.startswith("group_"))

    def lack(field: str, name: str, **values: str) -> str:
        return f"{field}:  # {marker}: {texts[f'draft_{name}'].format(**values)}"

    said_month = "/".join(reversed(month.split("-")))
    yield "# yaml-language-server: $schema=../../schema/procedure.json"
    yield f"# {texts['draft_head'].format(month=said_month, marker=marker)}"
    yield f"id: {key}"
    yield lack("group", "group", groups=groups)
    yield f"name: {quoted(record.name)}"
    yield from (lack(name, name) for name in ("everyday", "tells_apart", "checked_on", "review_by", "confidence"))
    yield "sources:"
    url = f", url: {quoted(record.link)}" if record.link else ""
    source = quoted(texts["draft_source"].format(code=record.code))
    yield f"  dvc: {{title: {source}, kind: portal, date: {quoted(month)}{url}}}"
    yield from ("", "summary:", f"  {lack('text', 'summary')}", "  source: [dvc]")
    yield from ("", "codes:", f"  - {{code: {quoted(record.code)}, source: [dvc]}}")
    authority = f"text: {quoted(record.authority)}" if record.authority else lack("text", "authority")
    yield from ("", "authority:", f"  - {authority}", "    source: [dvc]")
    yield from ("", "filing:", "  - way: desk", f"    {lack('text', 'filing')}", "    source: [dvc]")
    yield ""
    yield "documents:" if record.documents else lack("documents", "documents")
    for name in record.documents:
        yield from (f"  - name: {quoted(name)}", f"    {lack('action', 'action')}", "    source: [dvc]")
    yield from ("", "deadlines:", *_deadline(record.deadline, lack("text", "deadline")), "    source: [dvc]")
    yield from ("", "fees:", f"  - {lack('what', 'fee_what')}")
    fee = dong(record.fee)
    yield f"    {lack('note', 'fee_note')}" if fee is None else f"    amount: {fee}"
    yield from (f"    {lack('from', 'fee_from')}", "    source: [dvc]")
    yield from ("", "related: []", "guides: []", "ask_desk: []", "", lack("phrasings", "phrasings"))


def _deadline(time: str | None, lacking: str) -> Iterator[str]:
    yield f"  - text: {quoted(time[:1].upper() + time[1:] + '.')}" if time else f"  - {lacking}"
    if plain := counted(time):
        yield from (f"    amount: {plain[0]}", f"    unit: {plain[1]}")


def quoted(text: str | None) -> str:
    """A YAML text in double quotes."""
    return '"' + (text or "").replace("\\", "\\\\").replace('"', '\\"') + '"'
