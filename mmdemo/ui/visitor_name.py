"""The visitor's random name, and the cookie that keeps it in their browser."""

import re
import secrets

COOKIE = "fusion_lab_visitor"
KEY = "visitor"  # of the session's state
SECONDS = 30 * 24 * 3600  # that a browser keeps it

_BYTES = 12
_NAME = re.compile(r"[A-Za-z0-9_-]{16}")  # as many letters as the bytes make in base 64


def new() -> str:
    """Return a name that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def is_valid(name: str) -> bool:
    """Return whether we can have given this name."""
    return _NAME.fullmatch(name) is not None
