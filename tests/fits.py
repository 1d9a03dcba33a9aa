"""Whether everything fits on the open page: no text is cut or lies on other text, nothing scrolls sideways.

`tests/fits.js` looks; tables scroll in a frame of their own, and a list shows its long values when it is opened.
"""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser import IDLE, PATIENCE

LOOK = Path(__file__).with_suffix(".js").read_text()
_DRAWN = f"""() => document.querySelector("{IDLE}")
    && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
    && [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(one => one.querySelector('svg, canvas'))
    && [...document.images].every(one => one.complete)
    && document.fonts.status === 'loaded'"""
_TRIES, _PAUSE = 8, 400  # charts follow a new width a little later; milliseconds


def findings(page: Page) -> list[str]:
    """Return what does not fit on the open page, once it is drawn and has had three seconds to settle."""
    page.wait_for_function(_DRAWN, timeout=PATIENCE)
    page.wait_for_timeout(_PAUSE)
    found: list[str] = page.evaluate(LOOK)
    for _ in range(_TRIES):
        if not found:
            break
        page.wait_for_timeout(_PAUSE)
        found = page.evaluate(LOOK)
    return found


def assert_fits(page: Page) -> None:
    """Fail with all that does not fit on the open page."""
    found = findings(page)
    assert not found, f"{page.url} at {page.viewport_size} does not fit:\n" + "\n".join(found)
