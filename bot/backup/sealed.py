"""The encrypted stream of a backup file: written and read piece by piece, every piece proved before it is used.

A file is:

    magic    12 bytes  b"CAUSO-BACKUP"
    version   1 byte   1
    length    4 bytes  of the header, big-endian like all numbers here
    header             JSON: what is said openly about the backup, and `scrypt` {salt, n, r, p}
    pieces             each 4 bytes of length, then so many bytes of AES-256-GCM

The key is scrypt of the passphrase with the header's salt, which is new for each file. The nonce of a piece is its
number (11 bytes) and whether it is the last (1 byte), and the SHA-256 of everything before the pieces is its associated
data. So a changed header, a changed, left out, doubled or moved piece, one of another file, and a file that ends too
early are all told from a good one. Within the pieces lies one zlib stream.
"""

import hashlib
import json
import os
import struct
import zlib
from base64 import b64decode, b64encode
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import CausoError

_MAGIC, _VERSION = b"CAUSO-BACKUP", 1
_PIECE = 1 << 20  # bytes of compressed data in one piece
_LONGEST_HEADER = 1 << 16
_N, _R, _P = 1 << 15, 8, 1  # 32 MB and about a tenth of a second
_LARGEST_N = 1 << 20  # a file from somebody else must not take all the memory


class BackupUnusable(CausoError):
    """The file is no backup, is damaged, or was made with another passphrase; the text says which."""


class Sealing:
    """Encrypts what is written into `file`; `close` writes the last piece, without which the file is no backup."""

    def __init__(self, file: IO[bytes], passphrase: str, about: dict[str, Any]) -> None:
        salt = os.urandom(16)
        header = {**about, "scrypt": {"salt": b64encode(salt).decode(), "n": _N, "r": _R, "p": _P}}
        encoded = json.dumps(header, sort_keys=True).encode()
        head = _MAGIC + bytes([_VERSION]) + struct.pack(">I", len(encoded)) + encoded
        file.write(head)
        self._file, self._bound = file, hashlib.sha256(head).digest()
        self._cipher = AESGCM(_key(passphrase, salt, _N, _R, _P))
        self._packer, self._waiting, self._number = zlib.compressobj(6), bytearray(), 0

    def write(self, data: bytes) -> None:
        self._waiting += self._packer.compress(data)
        while len(self._waiting) > _PIECE:  # never the last one: that is known only at the end
            self._piece(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]

    def close(self) -> None:
        self._waiting += self._packer.flush()
        while len(self._waiting) > _PIECE:
            self._piece(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        self._piece(bytes(self._waiting), last=True)

    def _piece(self, data: bytes, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), data, self._bound)
        self._file.write(struct.pack(">I", len(sealed)) + sealed)
        self._number += 1


class Opening:
    """Reads what was sealed. Every method raises `BackupUnusable`; `about` is proved only once something was read."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        head = file.read(len(_MAGIC) + 5)
        if not head.startswith(_MAGIC) or len(head) < len(_MAGIC) + 5:
            raise BackupUnusable("this file is not a backup of causo")
        if head[len(_MAGIC)] != _VERSION:
            raise BackupUnusable("this backup was made by a newer version of the program; upgrade first")
        (length,) = struct.unpack(">I", head[-4:])
        encoded = file.read(min(length, _LONGEST_HEADER))
        try:
            self.about: dict[str, Any] = json.loads(encoded)
            given = self.about["scrypt"]
            salt, numbers = b64decode(given["salt"]), (int(given["n"]), int(given["r"]), int(given["p"]))
        except (ValueError, KeyError, TypeError):
            raise BackupUnusable("the beginning of this backup is damaged") from None
        n, r, p = numbers
        if length > _LONGEST_HEADER or not 2 <= n <= _LARGEST_N or n & (n - 1) or r != _R or p != _P:
            raise BackupUnusable("the beginning of this backup is damaged")
        self._file, self._bound = file, hashlib.sha256(head + encoded).digest()
        self._cipher = AESGCM(_key(passphrase, salt, n, r, p))
        self._unpacker, self._plain, self._number, self._ended = zlib.decompressobj(), bytearray(), 0, False

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; fewer only at the proved end of the file."""
        while len(self._plain) < size and not (self._ended and self._unpacker.eof):
            # What did not fit within the limit, which keeps memory small, comes before the next piece.
            packed = self._unpacker.unconsumed_tail or (b"" if self._ended else self._piece())
            try:
                unpacked = self._unpacker.decompress(packed, _PIECE)
            except zlib.error:
                raise BackupUnusable("this backup is damaged") from None
            if not unpacked and self._ended and not self._unpacker.eof:
                raise BackupUnusable("this backup is damaged")
            self._plain += unpacked
        given = bytes(self._plain[:size])
        del self._plain[:size]
        return given

    def _piece(self) -> bytes:
        length = self._file.read(4)
        sealed = self._file.read(min(struct.unpack(">I", length)[0], _PIECE + 16)) if len(length) == 4 else b""
        for last in (False, True):
            try:
                data = self._cipher.decrypt(_nonce(self._number, last), sealed, self._bound)
            except (InvalidTag, ValueError):
                continue
            self._number += 1
            self._ended = last
            if last and self._file.read(1):
                raise BackupUnusable("there is something after the end of this backup")
            return data
        raise BackupUnusable(
            "this backup ends too early or is damaged"
            if self._number
            else "the passphrase is not the one this backup was made with, or the backup is damaged"
        )


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())
