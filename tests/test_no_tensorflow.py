"""The server never imports TensorFlow, whichever page somebody opens."""

import sys

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.ui.frame import ENTRIES


@pytest.mark.slow
def test_no_page_imports_tensorflow() -> None:
    for entry in ENTRIES:
        app = AppTest.from_file("../app.py", default_timeout=60)
        for key, value in {"dataset": "homonyms", "n": "40"}.items():
            app.query_params[key] = value
        app.run()
        if entry.script != "app.py":
            app.switch_page(entry.script).run()
        assert not app.exception and app.title, entry.title
        assert not {"tensorflow", "keras"} & sys.modules.keys(), entry.title
