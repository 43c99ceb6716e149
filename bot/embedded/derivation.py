"""Secrets that are worked out whenever they are needed, so that nothing of them is stored."""

import base64
import hashlib
import hmac
import secrets

_OF_THIS_PROCESS = secrets.token_bytes(32)
"""Stands in where nobody gives a key; what is derived from it holds until the process ends."""


def derive(key: bytes | None, label: str, subject: str) -> bytes:
    """32 bytes for one purpose and one subject (an account, a team); without the key nobody can work them out."""
    return hmac.digest(key or _OF_THIS_PROCESS, f"{label}\0{subject}".encode(), hashlib.sha256)


def as_token(secret: bytes) -> str:
    """Bytes as letters, digits, hyphens and underscores."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def fingerprint(secret: str) -> str:
    """What is kept of a random secret, to know it again when somebody comes with it."""
    return hashlib.sha256(secret.encode()).hexdigest()
