"""The gain as 100 little squares, each a pair: HTML that no library draws, for pages and reports.

Squares fill columns of five from left to right, so that the whole reads as a bar that can be counted.
"""

import html
from urllib.parse import quote

from mmdemo.charts.heads import head_colour
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.of_hundred import Share, hundred_sentence, shares
from mmdemo.explanation.palette import NEUTRAL
from mmdemo.model.heads import FUSED, best_informed

_ROWS = 5
_SIDE, _STEP = 8, 10  # of a square, and from one to the next
_WIDEST = 440  # pixels


def gain_squares(found: Evaluation) -> str:
    """Return HTML of 100 squares: the pairs right without the last modality, those that it adds, those still wrong.

    For one modality: right and wrong. Where adding makes it worse, the squares that are lost are crossed out. What
    each shape means stands below with its number, so that nothing depends on colours; the image has an alternative
    text. As wide as its place, at most 440 pixels; works on light and dark.
    """
    all_shares = shares(found)
    alt = f"{hundred_sentence(found)} {listing(all_shares)}."
    marks, start = [], 0
    for share in all_shares:
        marks.append(_squares(share, found, range(start, start + share.pairs)))
        start += share.pairs
    drawn = _image("".join(marks), 100 // _ROWS * _STEP - 2, _ROWS * _STEP - 2, "width:100%;display:block", alt)
    keys = "".join(_key(share, found) for share in all_shares)
    line = "display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin-top:.5rem;font-size:.875rem"
    return f'<div style="max-width:{_WIDEST}px">{drawn}<div style="{line}">{keys}</div></div>'


def listing(all_shares: tuple[Share, ...]) -> str:
    """Return the shares in words, such as "84 right from the caption alone, 6 more with the image too"."""
    return ", ".join(f"{share.pairs} {share.said}" for share in all_shares)


def _key(share: Share, found: Evaluation) -> str:
    swatch = _image(_squares(share, found, range(1)), _SIDE, _SIDE, "width:.8em;vertical-align:baseline")
    return f"<span>{swatch} <b>{share.pairs}</b> {html.escape(share.said)}</span>"


def _image(marks: str, width: int, height: int, style: str, alt: str = "") -> str:
    """Return an image element; SVG within a page itself would be taken out of it by Streamlit."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{marks}</svg>'
    return f'<img src="data:image/svg+xml,{quote(drawn)}" alt="{html.escape(alt)}" style="{style}">'


def _squares(share: Share, found: Evaluation, places: range) -> str:
    """Return the squares of one share as a path of its own look: full, with a plus, crossed out, or empty."""
    gain = found.gain
    before = head_colour(gain.over if gain else best_informed(found.heads))
    corners = [(place // _ROWS * _STEP, place % _ROWS * _STEP) for place in places]
    if share.what == "wrong":
        empty = f'fill="{NEUTRAL}" fill-opacity=".15" stroke="{NEUTRAL}" stroke-width=".8"'
        return _path(corners, f"m.4 .4h{_SIDE - 0.8:g}v{_SIDE - 0.8:g}h-{_SIDE - 0.8:g}z", empty)
    square = f"h{_SIDE}v{_SIDE}h-{_SIDE}z"
    if share.what == "right":
        return _path(corners, square, f'fill="{before}"')
    if share.what == "more":
        plus = _path(corners, "m4 1.5v5m-2.5 -2.5h5", 'stroke="#fff" stroke-width="1.4"')
        return _path(corners, square, f'fill="{head_colour(FUSED)}"') + plus
    cross = _path(corners, "m1.5 1.5l5 5m0 -5l-5 5", f'stroke="{before}" stroke-width="1.4"')
    return _path(corners, square, f'fill="{before}" fill-opacity=".25"') + cross


def _path(corners: list[tuple[int, int]], shape: str, look: str) -> str:
    return f'<path {look} d="{"".join(f"M{x} {y}{shape}" for x, y in corners)}"/>'
