"""Sealing: what gives power to whoever reads it (such as a response_url) lies in no table in the clear."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Seal:
    """Closes and opens text with one key: any bytes, at least 16 of them, that nobody can guess."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a key of less than 16 bytes can be guessed")
        derived = HKDF(SHA256(), length=32, salt=None, info=b"okr-bot seal").derive(key)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def close(self, text: str) -> str:
        """The text sealed: ASCII, about a third longer and 100 characters."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text again; empty where it cannot be opened: it is damaged, or another key closed it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError):
            return ""
