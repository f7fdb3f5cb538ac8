"""The form of the six-character codes that are typed from one chat into another."""

import re

LETTERS = "ABCDEFGHKMNPQRTUVXY"  # none that looks or sounds like a digit or another letter
DIGITS = "2346789"
_ALONE = re.compile(r"(?:/?m[aã]\s*:?\s*)?([A-Za-z0-9]{3})[ .\-]?([A-Za-z0-9]{3})", re.IGNORECASE)


def read_code(text: str) -> str | None:
    """The code that `text` is, alone or after "mã"; None when it is something else. At least one digit and one
    letter, so that neither a word nor a number is taken for one."""
    found = _ALONE.fullmatch(text.strip())
    if not found:
        return None
    code = (found[1] + found[2]).upper()
    if set(code) <= set(LETTERS + DIGITS) and set(code) & set(LETTERS) and set(code) & set(DIGITS):
        return code
    return None


def spoken(code: str) -> str:
    """In two halves, easier to read aloud and to type."""
    return f"{code[:3]} {code[3:]}"
