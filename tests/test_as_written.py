"""Foreign text in Streamlit's Markdown: what is escaped or parted. The browser test shows that it suffices."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.ui.as_written import parted, plain

TURNS = re.compile(
    r"https?://|www\.|@\w|:\w+:|:material|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    re.IGNORECASE,
)
PIECES = st.lists(
    st.sampled_from(
        ["https://a.bc", "www.a.bc", "a@b.co", "->", "<-", "--", "<=", ":red[x]", ":smile:", " ", "\n", "\\", "`", "x"]
    )
).map("".join)


def text_nodes(markdown: str) -> list[str]:
    """The pieces of text between empty elements, unescaped, as Markdown's parser hands them on."""
    return [re.sub(r"\\([^\w\s]|_)", r"\1", piece) for piece in markdown.split(":small[]")]


@given(st.one_of(st.text(), PIECES))
def test_the_text_comes_back_whole_and_nothing_in_it_turns(text: str) -> None:
    nodes = text_nodes(plain(text))
    assert "".join(nodes) == re.sub(r"\s+", " ", text.replace("\0", "\ufffd")).strip()
    assert not any(TURNS.search(node) for node in nodes)


def test_ordinary_text_is_not_parted() -> None:
    assert plain("a red apple, 3 of 4") == "a red apple, 3 of 4"
    assert plain("Tux Paint: stamps") == r"Tux Paint\: stamps"


@pytest.mark.parametrize("line", ["| --- | ---: |", "    mmdemo train --data x", "`a:b` is code"])
def test_a_document_keeps_its_tables_and_its_code(line: str) -> None:
    assert parted(f"## Title\n\n{line}\n") == f"## Title\n\n{line}\n"


def test_a_document_shows_what_it_escapes_as_written() -> None:
    assert parted(r"- https\://a.b \-\> c") == r"- https\::small[]//a.b \-:small[]\> c"
