"""The crowd of visitors that the benchmarks send to a server: what they do, and what is kept of their waits."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks import crowd
from benchmarks.crowd import Visitor, Waits, visits
from benchmarks.reruns import pages


class Stub:
    """A session that only writes down what is asked of it."""

    def __init__(self) -> None:
        self.asked, self.failures = list[tuple[str, str]](), list[str]()

    def visit(self, page: str) -> None:
        self.asked.append(("visit", page))

    def refresh(self) -> None:
        self.asked.append(("refresh", ""))

    def set(self, key: str, string_value: str) -> None:
        self.asked.append((key, string_value))


def test_a_visitor_edits_captions_where_there_are_any_and_opens_every_page() -> None:
    stub = Stub()
    visitor = Visitor(stub, seed=1)  # type: ignore[arg-type]
    done = [visitor.act() for _ in range(300)]
    page = ""
    for kind, what in stub.asked:
        page = what if kind == "visit" else page
        assert kind != "caption" or page == "classify"
    assert {what for kind, what in stub.asked if kind == "visit"} == set(pages().values())
    assert len(done) == len(stub.asked)
    captions = [what for kind, what in stub.asked if kind == "caption"]
    assert done.count("edit the caption") == len(captions) > 30
    assert len(set(captions)) > 0.9 * len(captions)


def test_waits_are_told_apart_by_action() -> None:
    waits = Waits({"edit": [1.0, 3.0, 2.0], "open": [10.0]})
    assert (waits.median("edit"), waits.median("open"), waits.median()) == (2.0, 10.0, 2.5)
    assert waits.late("edit") == pytest.approx(2.9)


def test_every_visitor_acts_and_what_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Stub] = []

    @contextmanager
    def open_stub(url: str, page: str) -> Iterator[Stub]:
        opened.append(Stub())
        opened[-1].failures = ["too late"] if len(opened) == 1 else []
        if len(opened) == 3:
            raise TimeoutError("nobody answers")
        yield opened[-1]

    monkeypatch.setattr(crowd, "open_session", open_stub)
    waits = visits("http://here", os.getpid(), seconds=0.01, visitors=3)
    assert [len(stub.asked) for stub in opened] == [1, 1, 0]
    assert len(waits.of("all")) == 2
    assert sorted(waits.faults) == ["TimeoutError('nobody answers')", "too late"]
