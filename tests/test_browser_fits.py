"""Everything fits on every page and part of it, with every expander open."""

import pytest

from tests.fits import findings
from tests.screenshots import visit
from tests.walked import walk
from tests.worlds import world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize(("name", "size"), [("chinese", "phone")])
def test_everything_fits(chromium, server, name, size):
    with visit(chromium, server, size) as page:
        found = {part: findings(page) for part in walk(page, server, world(name), size)}
    assert not any(found.values()), "\n".join(f"{part}: {line}" for part, lines in found.items() for line in lines)
