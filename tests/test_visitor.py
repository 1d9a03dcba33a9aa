"""The visitor's name, without a browser."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from mmdemo.ui import visitor

KEPT = "abcDEF-_01234567"


@pytest.fixture
def session(monkeypatch):
    """A function that begins a session of a browser with these cookies."""

    def begin(**cookies):
        context = SimpleNamespace(cookies=cookies)
        drawn = SimpleNamespace(scripts=[])
        drawn.html = lambda script, **_: drawn.scripts.append(script)
        drawn.container = lambda **_: nullcontext()
        drawn.session_state, drawn.context = {}, context
        monkeypatch.setattr(visitor, "st", drawn)
        return drawn

    return begin


def test_the_kept_name_comes_back(session):
    session(fusion_lab_visitor=KEPT)
    assert visitor.name() == KEPT


def test_without_a_kept_name_each_session_has_its_own(session):
    session()
    name = visitor.name()
    assert visitor.name() == name
    session(fusion_lab_visitor=name)
    assert visitor.name() == name
    session()
    assert visitor.name() != name


@pytest.mark.parametrize(
    "forged",
    ["", "studies", "x" * 15, "x" * 17, "x" * 16 + "\n", '";alert(1);//xxxxx', "абвгдежзийклмноп", "../../../../../.."],
)
def test_a_name_that_we_cannot_have_given_is_not_taken(session, forged):
    session(fusion_lab_visitor=forged)
    assert visitor.name() != forged


def test_a_script_keeps_the_name_only_where_the_door_has_not(session):
    drawn = session(fusion_lab_visitor=KEPT)
    visitor.keep()
    assert drawn.scripts == []
    drawn = session()
    visitor.keep()
    assert [visitor.name() in script for script in drawn.scripts] == [True]
