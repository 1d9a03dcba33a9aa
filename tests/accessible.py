"""Whether the open page is accessible, by the rules of axe: nothing serious, and no level of headings left out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TRIES, _PAUSE = 10, 1_000  # colours fade in; milliseconds


def serious_problems(page: Page) -> list[str]:
    """Return such faults of the open page, once it has had ten seconds to settle."""
    found = _serious(page)
    for _ in range(_TRIES):
        if not found:
            break
        page.wait_for_timeout(_PAUSE)
        found = _serious(page)
    return found


def _serious(page: Page) -> list[str]:
    return [
        f"{one['id']}: {one['help']} ({node['html'][:160]})"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical") or one["id"] == "heading-order"
        for node in one["nodes"]
    ]
