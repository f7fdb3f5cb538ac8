"""Masking of personal numbers before anything is kept: citizen numbers, identity cards, phones, bank cards.

More is masked here than `knowledge.personal` recognises: a number kept by mistake does harm, a number masked by
mistake does not. Dossier codes and the codes that look like them survive.
"""

import re

from knowledge.personal import find_personal

_SEPARATOR = r"[ .\-]?"
_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)\d{9,}(?!\d)",
        rf"(?<!\d)0(?:{_SEPARATOR}\d){{11}}(?!\d)",
        rf"(?<!\d)(?:\+?84{_SEPARATOR}|0{_SEPARATOR}|\(\+?84\) ?)[35789](?:{_SEPARATOR}\d){{8}}(?!\d)",
        r"(?<!\d)\d{4}(?:[ .\-]\d{4}){3}(?:[ .\-]?\d{1,3})?(?!\d)",
        r"(?:cmnd|cmt|chứng minh|chung minh|cccd|căn cước|can cuoc)\D{0,20}(\d(?:[ .\-]?\d){8,11})(?!\d)",
    )
)
_DASH = r"\s*[-‐‑‒–—―−﹣－_ ]\s*"
# A day as six digits since 2017: it never begins as a phone or a citizen number does, so neither passes for a code.
_DAY = r"(?:[1il][7-9]|[23][0-9oil])(?:[0o][1-9il]|[1il][0-2oil])(?:[0o][1-9il]|[12il][0-9oil]|3[01oil])"
_CODES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The shapes of knowledge/dossier_codes.py as people type them: any dash, spaces, O and I for 0 and 1.
        rf"(?<![0-9a-z])(?:\d{{3}}\.\d{{2}}\.\d{{2}}\.)?[gh][0-9oil]{{2}}(?:\s*\.?\s*[0-9oil]{{1,3}}){{0,4}}"
        rf"{_DASH}{_DAY}{_DASH}[0-9oil]{{3,7}}(?!\d)",
        rf"(?<![0-9a-z])g22\.99\.\d-{_DAY}\d{{4,8}}(?!\d)",  # a payment
        r"(?<![\d.])[123]\.\d{6}(?:(?:\.\d{3}\.\d{2}\.\d{2})?\.[gh]\d{2}(?:\.\d{2})?)?(?!\d)",
        r"(?<!\d)\d{5}\s*/\s*20\d{2}\s*/\s*\d{5}(?!\d)",
        r"(?<![a-z0-9])[a-z]{2}\d{9}[a-z]{2}(?![a-z0-9])",
    )
)


def redact(text: str) -> str:
    """The text with every personal number replaced by "…"."""
    rest = text
    for pattern in _CODES:
        rest = pattern.sub(lambda match: "x" * len(match.group()), rest)
    found = [(item.start, item.end) for item in find_personal(rest)]
    for pattern in _NUMBERS:
        found += [match.span(match.lastindex or 0) for match in pattern.finditer(rest)]
    hidden = [False] * len(text)
    for start, end in found:
        hidden[start:end] = [True] * (end - start)
    out = [("…" if not (i and hidden[i - 1]) else "") if hide else text[i] for i, hide in enumerate(hidden)]
    return "".join(out)
