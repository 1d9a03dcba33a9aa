"""Axe finds nothing serious on any page and part of it, with every expander open, whoever's the data and the model."""

import pytest

from tests.accessible import serious_problems
from tests.screenshots import visit
from tests.walked import walk
from tests.worlds import world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
SEEN = [
    ("chinese", "wide", "dark"),
    pytest.param("stamps", "projector", "light", marks=pytest.mark.thorough),
    pytest.param("homonyms", "wide", "light", marks=pytest.mark.thorough),
    pytest.param("forty", "phone", "dark", marks=pytest.mark.thorough),
]


@pytest.mark.parametrize(("name", "size", "theme"), SEEN)
def test_nothing_serious_is_found(chromium, server, name, size, theme):
    with visit(chromium, server, size, theme) as page:
        found = {part: serious_problems(page) for part in walk(page, server, world(name), size)}
    assert {part: problems for part, problems in found.items() if problems} == {}
    assert len(found) > 9  # pages, and more than one part of some
