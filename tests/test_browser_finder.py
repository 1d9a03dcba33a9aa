"""What tests/fits.js finds on a page, and what it lets pass."""

import pytest

from tests.fits import LOOK

pytestmark = pytest.mark.browser

LONG = "a long title of a chart or a button"
CHART = '<div data-testid="stVegaLiteChart"><svg width="{}" height="40">{}</svg></div>'
PLOT = '<g class="mark-group role-frame root"><g><path class="background" d="M0,0h{}v20h-{}Z" fill="red"/></g></g>'
FAULTS = {
    "cut sideways": f'<p style="width:60px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis">{LONG}</p>',
    "cut below": f'<p style="width:60px;height:20px;overflow:hidden">{LONG}</p>',
    "cut by a box around it": f'<div style="width:60px;overflow:hidden"><b style="white-space:nowrap">{LONG}</b></div>',
    "cut beyond its button": f'<button style="width:60px;white-space:nowrap">{LONG}</button>',
    "cut beyond its chart": CHART.format(100, f'<text x="80" y="20">{LONG}</text>'),
    "cut hint": f'<input placeholder="{LONG}" style="width:60px">',
    "cut shortened in a chart": CHART.format(300, '<text x="0" y="20">a lo…</text>'),
    "overlap of two texts": '<p>one text</p><p style="margin-top:-40px">another</p>',
    "overlap of two labels": CHART.format(300, '<text x="0" y="20">one</text><text x="9" y="20">two</text>'),
    "sideways scroll of a box": '<div style="width:80px;overflow-x:auto"><div style="width:90px">box</div></div>',
    "cut beyond the window": '<div data-testid="stPopoverBody" style="position:fixed;left:99vw">text</div>',
    "narrow chart": CHART.format(300, PLOT.format(40, 40)),
    "narrow bars": '<div><div class="plot" style="width:9px">.</div></div>',
}
FINE = {
    "wrapped": f'<p style="width:90px">{LONG}</p>',
    "a value in a list": f'<div data-testid="stMultiSelect" style="width:60px;overflow:hidden"><q>{LONG}</q></div>',
    "a table in its own frame": f'<div data-testid="stTable" style="width:80px;overflow-x:auto"><i>{LONG}</i></div>',
    "hidden": f'<p style="width:60px;overflow:hidden;visibility:hidden;white-space:nowrap">{LONG}</p>',
    "for those who listen": f'<p>text</p><p style="margin-top:-40px;clip-path:inset(50%)">{LONG}</p>',
    "slanted labels beside each other": CHART.format(
        300,
        '<text transform="translate(50,5) rotate(45)" font-size="8">a long name</text>'
        '<text transform="translate(80,5) rotate(45)" font-size="8">another</text>',
    ),
    "what lies on the page": '<p>text</p><div data-testid="stPopoverBody" style="position:fixed;top:0">on it</div>',
    "a wide chart": CHART.format(300, PLOT.format(200, 200) + '<text x="0" y="20">one</text>'),
}


def found(page, body):
    body, on_top, popover = body.partition('<div data-testid="stPopoverBody"')
    page.set_content(f'<div data-testid="stApp" style="font:16px/1.5 sans-serif">{body}</div>{on_top}{popover}')
    return page.evaluate(LOOK)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(page, fault):
    kinds = {line.partition(":")[0] for line in found(page, FAULTS[fault])}
    assert kinds == {fault.partition(" ")[0]}


@pytest.mark.parametrize("case", FINE)
def test_what_fits_is_let_pass(page, case):
    assert found(page, FINE[case]) == []
