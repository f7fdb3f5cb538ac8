"""Whose a dossier is, as far as that is kept: initials, and keyed hashes of the last four digits of numbers on it.

Four digits can be tried out, ten thousand of them; what protects them is the installation's key (without it a copy of
the table tells nothing) and that only a few tries are given.
"""

import hashlib
import hmac

_DIGITS = 4
_PADDED = 4  # proofs that are compared at least; a dossier has a phone or two and a citizen number
_SHORTEST = 9  # digits of a phone, an old identity card, a citizen number


def last_digits(text: str) -> str | None:
    """The last four digits of a number of a person; None when the cell holds none."""
    digits = "".join(letter for letter in text if letter.isdigit())
    return digits[-_DIGITS:] if len(digits) >= _SHORTEST else None


def locked(key: str, code: str, text: str) -> str:
    """The keyed hash of the last four digits of `text`, different for every dossier."""
    digits = "".join(letter for letter in text if letter.isdigit())[-_DIGITS:]
    return hmac.new(key.encode(), f"digits|{code}|{digits}".encode(), hashlib.sha256).hexdigest()[:24]


def fits(key: str, code: str, digits: str, proofs: str | None) -> bool:
    """Whether these four digits are the last of a number on the dossier.

    As much is hashed and compared whatever is kept of it, so that the time tells nothing.
    """
    given, nobodys = locked(key, code, digits), locked(key, code, "")
    kept = (proofs or nobodys).split(" ")
    kept += [nobodys] * (_PADDED - len(kept))
    right = [hmac.compare_digest(given, proof) for proof in kept]
    return any(right) and proofs is not None


def initials(name: str) -> str | None:
    """N. T. L.: enough to know one's own, too little to find somebody."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha()) or None
