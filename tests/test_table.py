"""Tables that a keyboard can scroll: every cell as it was written, foreign text as text."""

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.report.markdown import plain
from mmdemo.report.markdown import table as markdown_table
from mmdemo.ui.table import as_html
from tests.page_tables import read, tables

FOREIGN = ["<b onclick=x>", "a|b", r"back\slash", "**bold** `code` $x$", 'quo"te', "&amp;", ":red[x] www.example.org"]


def test_foreign_text_is_text() -> None:
    drawn = as_html(["Class", "Pairs"], [[text, "1"] for text in FOREIGN], 'say "so"')
    assert read(drawn)["Class"].tolist() == FOREIGN
    assert "<b" not in drawn.replace("<body", "") and 'aria-label="say &quot;so&quot;"' in drawn


@pytest.mark.parametrize("text", FOREIGN)
def test_a_document_shows_its_tables_as_written(text: str) -> None:
    def page(document: str) -> None:
        from mmdemo.ui.table import draw_document

        draw_document(document)

    shown = markdown_table(["Class", "Pairs"], [[plain(text), "1"], ["b", "2"]])
    document = f"Before.\n\n## Results\n\n{shown}\n\nAfter."
    app = AppTest.from_function(page, args=(document,)).run()
    assert [element.value.strip() for element in app.markdown] == ["Before.\n\n## Results", "After."]
    [found] = tables(app)
    assert found["Class"].tolist() == [text, "b"] and found["Pairs"].tolist() == ["1", "2"]
    [drawn] = app.main.get("html")
    assert 'tabindex="0"' in drawn.proto.body and 'aria-label="Results"' in drawn.proto.body
