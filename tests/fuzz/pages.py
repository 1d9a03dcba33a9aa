"""What stands in a URL: by the readers of its parameters alone, many a second, and by whole pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.registry import load
from mmdemo.errors import MMDemoError
from mmdemo.jobs.queue import JobQueue
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import data_choice, frame, kept, page_link, state, tour
from mmdemo.ui.modalities import examples
from mmdemo.ui.pages.data import dataset_form
from tests.fuzz.target import Reader, Target

_ROOT = Path(__file__).resolve().parents[2]
_KEYS = (*state.SHARED, state.PAIR, state.PAIR_OF, state.RUN, state.TOUR, state.LABEL, state.SEARCH, state.PAGE, "view")
_VALUES = (
    "homonyms",
    "stamps",
    "everyday",
    "80",
    "-1",
    "0",
    "2401",
    "1e3",
    "nan",
    "inf",
    "٣",
    "²",
    "9" * 30,
    "model",
    "de",
    "0.5",
    "row 2",
    "apple",
    "bat (animal)",
    "0123456789abcdefghijkl",
    "%00",
    "%F0%9F%91%A9",
    "../x",
)
_TOKENS = (*(f"&{key}=".encode() for key in _KEYS), *map(str.encode, _VALUES))


class _Parameters(dict):
    """Parameters of a URL, as the pages use them."""

    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def from_dict(self, values: dict[str, str]) -> None:
        self.clear()
        self.update(values)


def parameters(query: str) -> dict[str, str]:
    """Return the parameters of a query as Streamlit hands them to a page: the last of each name."""
    return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=1000)) if query.count("&") < 1000 else {}


@contextmanager
def _visited(query: str) -> Iterator[None]:
    with patch.object(st, "query_params", _Parameters(parameters(query))), patch.object(st, "session_state", {}):
        yield


def _readers(folder: Path) -> list[Callable[[], object]]:
    dataset, queue = load("homonyms", n=40), JobQueue(runs_dir())

    def known(written: str) -> int | None:
        return kept.whole_number(written)

    return [
        lambda: [data_choice.options_in_url(name) for name in ("stamps", "homonyms", data_choice.current_source())],
        lambda: data_choice.current_pair(dataset),
        lambda: state.model_folder(st.query_params.get(state.MODEL, state.EVERYDAY)),
        lambda: [dataset_form._now(name) for name in dataset_form._HOMONYMS],
        lambda: [kept.restore(key, None, known) for key in (state.PAGE, state.LABEL, state.SEARCH)],
        lambda: kept.keep({state.PAGE: 1}),
        lambda: [examples.chosen(), tour.current(), state.shared_parameters()],
        lambda: queue.get(st.query_params.get(state.RUN, "")),
        lambda: page_link.address(st.query_params.to_dict()),
        lambda: [page_link.take("Classify"), page_link.taken()],
    ]


def _read_url(folder: Path) -> Reader:
    readers = _readers(folder)

    def read(data: bytes) -> None:
        refusal: MMDemoError | None = None
        with _visited(data.decode("latin-1")):
            for one in readers:
                try:
                    one()
                except MMDemoError as error:
                    refusal = error
        if refusal is not None:
            raise refusal

    return read


def _read_pages(folder: Path) -> Reader:
    scripts = [entry.script for entry in frame.ENTRIES]

    def read(data: bytes) -> None:
        app = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=60)
        script = scripts[data[0] % len(scripts)] if data else scripts[0]
        app.query_params.update(parameters(data[1:].decode("latin-1")))
        if script == scripts[0]:
            app.run()
        else:
            app.switch_page(script).run()
        assert not app.exception, app.exception[0]
        wrong = [error.value for error in app.error if "Something went wrong" in error.value]
        assert not wrong, wrong

    return read


def _seeds() -> list[bytes]:
    pairs = [f"{key}={value}" for key in _KEYS for value in _VALUES[:: 1 + len(_KEYS) // 6]]
    return [
        b"",
        *(pair.encode() for pair in pairs),
        b"dataset=homonyms&n=80&q_text=0.5&pair=row 2&page=2",
        b"page=" + b"1" * 5_000,
    ]


def _page_seeds() -> list[bytes]:
    queries = (
        "",
        "dataset=homonyms&n=80&page=2&label=bat (animal)",
        "model=everyday&pair=apple",
        "tour=3&present=1",
        "run=0123456789abcdefghijkl",
        "dataset=none&model=none&pair=none&of=model&view=none",
    )
    pages = range(len(frame.ENTRIES))  # a second each, so not every query of every page
    return [bytes([page]) + queries[(page + more) % len(queries)].encode() for page in pages for more in (0, 3)]


URL = Target(_read_url, _seeds, _TOKENS, cpu=1, megabytes=30, longest=6_000)
PAGES = Target(_read_pages, _page_seeds, _TOKENS, cpu=20, megabytes=150, longest=6_000)
