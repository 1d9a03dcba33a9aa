"""Errors with a way out: pages where a person can do something about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mmdemo.errors import DatasetError


@dataclass(frozen=True)
class WayOut:
    """A link to a page: its title, what the link says, and what to put into the URL."""

    title: str
    said: str
    parameters: Mapping[str, str] = field(default_factory=dict)


class WayOutError(DatasetError):
    """The chosen data cannot be used on this page; ways: what to do instead."""

    def __init__(self, message: str, *ways: WayOut) -> None:
        super().__init__(message)
        self.ways = ways
