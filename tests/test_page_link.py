"""The link to exactly what a page shows: how long it may be, and where it works."""

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.ui import page_link

PATIENCE = 60
NOT_IN_IT = "What you wrote is too long for a link, so it is not in it."


def draw(length: int, host: str) -> None:
    from types import SimpleNamespace
    from unittest.mock import patch

    import streamlit as st

    from mmdemo.ui import page_link

    with patch.object(page_link.st, "context", SimpleNamespace(url=f"http://{host}/classify?old=1")):
        st.query_params["present"] = "1"
        page_link.holds(lambda: ({"text": "词" * length}, ("Your own image is not in the link.",)))
        page_link.draw()


def drawn(length: int, host: str = "example.org") -> AppTest:
    app = AppTest.from_function(draw, args=(length, host), default_timeout=PATIENCE).run()
    assert not app.exception
    return app


def test_a_link_holds_what_was_written_unless_it_is_too_long_for_one() -> None:
    room = page_link._LONGEST - len("http://example.org/classify?present=1&text=")
    fits, longer = drawn(room // 9), drawn(room // 9 + 1)  # nine characters in an address for each of these
    assert len(fits.code[0].value) <= page_link._LONGEST and fits.code[0].value.count("%E8%AF%8D") == room // 9
    assert [one.value for one in fits.caption] == ["Your own image is not in the link."]
    assert longer.code[0].value == "http://example.org/classify?present=1"
    assert [one.value for one in longer.caption] == ["Your own image is not in the link.", NOT_IN_IT]


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1:8501", "This link works on this computer only."),
        ("localhost:8501", "This link works on this computer only."),
        ("[::1]:8501", "This link works on this computer only."),
        ("192.168.1.7:8501", "This link works in this network only."),
        ("10.0.0.3", "This link works in this network only."),
        ("[fd00::1]", "This link works in this network only."),
        ("lab-server:8501", "This link works in this network only."),
        ("printer.local", "This link works in this network only."),
        ("8.8.8.8", ""),
        ("fusion.example.org", ""),
    ],
)
def test_a_link_that_does_not_work_everywhere_says_so(host: str, said: str) -> None:
    captions = [one.value for one in drawn(1, host).caption]
    assert captions == [*([said] if said else []), "Your own image is not in the link."]


@pytest.mark.slow
def test_the_link_of_a_model_says_where_it_works() -> None:
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.switch_page("pages/models.py").run()
    shown = [one.value for one in app.code if "://" in one.value]
    assert shown, [one.value for one in app.code]
