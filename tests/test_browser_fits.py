"""Everything fits on every page and part of it, with every expander and popover open."""

from itertools import product

import pytest

from tests.fits import findings
from tests.screenshots import visit
from tests.walked import walk, walk_further
from tests.worlds import WORLDS, world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SMALL = ("projector", "phone")
EVERY_DAY = (("forty", "projector"),)
CASES = [
    pytest.param(*case, marks=[] if case in EVERY_DAY else pytest.mark.thorough)
    for case in product(WORLDS, SMALL)
]


def assert_fits(found):
    assert not any(found.values()), "\n".join(f"{part}: {line}" for part, lines in found.items() for line in lines)


@pytest.mark.parametrize(("name", "size"), CASES)
def test_everything_fits(chromium, server, name, size):
    with visit(chromium, server, size) as page:
        assert_fits({part: findings(page) for part in walk(page, server, world(name), size)})


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["forty", "chinese"])
@pytest.mark.parametrize("size", SMALL)
def test_what_a_click_brings_fits(chromium, server, name, size):
    with visit(chromium, server, size) as page:
        assert_fits({part: findings(page) for part in walk_further(page, server, world(name), size)})
