"""Secrets that must be read again, encrypted at rest: what only has to be recognised is hashed instead.

The key is no part of the database, so that a copy of the database, or a backup, gives none of them away. It stands in
the data directory, or in the environment where several machines share one database. Source: issue B (sign-in),
OWASP cryptographic storage.
"""

import binascii
import os
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from dougong.kit.errors import Unavailable
from dougong.storage.embedded.locks import alone

KEY_FILE = "secret.key"
KEY_BYTES = 32


@dataclass(frozen=True)
class Sealer:
    """Seals and unseals with one key: 32 bytes in base64, as `openssl rand -base64 32` prints them."""

    key: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raise Unavailable("storage.secret_key_malformed") for what is no such key."""
        try:
            fits = len(urlsafe_b64decode(self.key.encode())) == KEY_BYTES
        except (binascii.Error, ValueError):
            fits = False
        if not fits:
            raise Unavailable("storage.secret_key_malformed")

    def seal(self, text: str) -> str:
        """`text`, encrypted and authenticated; differs each time."""
        return Fernet(self.key).encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """What was sealed. Raises Unavailable("storage.secret_key_other") when another key sealed it, or nobody."""
        try:
            return Fernet(self.key).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unavailable("storage.secret_key_other") from error


def new_key() -> str:
    """A random key."""
    return Fernet.generate_key().decode("ascii")


def load_sealer(data: Path) -> Sealer:
    """The sealer whose key stands in the data directory `data`; both are made when they are missing.

    Raises Unavailable: storage.secret_key_unreadable, storage.secret_key_malformed.
    """
    file = data / KEY_FILE
    try:
        data.mkdir(parents=True, exist_ok=True)
        with alone(file):
            # Whoever holds the lock finds the file empty, and fills it, or complete: it is small and written at once.
            text = file.read_text(encoding="ascii").strip()
            if not text:
                text = new_key()
                _write(file, text)
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("storage.secret_key_unreadable", file=str(file), reason=str(error)) from error
    return Sealer(text)


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="ascii") as opened:
        opened.write(f"{text}\n")
        opened.flush()
        os.fsync(opened.fileno())
