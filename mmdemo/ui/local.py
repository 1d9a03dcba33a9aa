"""Whether the server is the visitor's own computer, so that they may name a file or folder on it."""

import ipaddress
import os

import streamlit as st
from streamlit import config

from mmdemo.ui import visitor

_NAMES = ("localhost", "")


def is_local() -> bool:
    """Return whether this visitor may name files on the server.

    The server has to be started for that (MMDEMO_LOCAL=1, as `make demo` does), be bound to a loopback address, and be
    asked from there under its own name: another site's name that leads here is another site's page.
    """
    return (
        os.environ.get("MMDEMO_LOCAL") == "1"
        and is_loopback(str(config.get_option("server.address") or "0.0.0.0"))
        and is_loopback(visitor.address())
        and is_loopback(_without_port(st.context.headers.get("Host", "")))
        and "X-Forwarded-For" not in st.context.headers
    )


def is_loopback(address: str) -> bool:
    """Return whether an address is this computer's for itself; Streamlit writes "" for it.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("192.0.2.1")
    (True, True, True, False)
    """
    if address.lower() in _NAMES:
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).strip("[]") or "unknown"
