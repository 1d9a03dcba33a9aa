"""Charts as images, drawn without a browser and without the network."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from mmdemo.charts import grammar as alt
from mmdemo.charts.reflow import reflowed

_INK, _GRID = "#1c2433", "#e3e7ef"
_STYLE = {
    # The charts are laid out for the widths of Arial and similar fonts; the padding is for wider ones.
    "font": "Arial, Helvetica, 'Liberation Sans', sans-serif",
    "padding": {"left": 16, "right": 16, "top": 5, "bottom": 5},
    "background": "white",
    "text": {"color": _INK, "fontSize": 12},
    "rule": {"color": _INK},
    "title": {"color": _INK, "fontSize": 14, "anchor": "start", "fontWeight": 600, "offset": 10},
    "axis": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "titleFontSize": 12, "gridColor": _GRID},
    "legend": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "titleFontSize": 12},
    "view": {"stroke": None},
}
_SCALE = 2  # pixels of a PNG to each of the chart
_QUALITY = 90  # of JPEG, 0–100


@dataclass(frozen=True)
class Figure:
    """A chart as SVG, with one sentence for readers who cannot see it."""

    chart: alt.LayerChart | alt.Chart
    alt: str
    svg: str

    @property
    def uri(self) -> str:
        """The SVG as a data URI; a page shows it as an image, so nothing in it can run."""
        return _uri("image/svg+xml", self.svg.encode())


def figure(chart: alt.LayerChart | alt.Chart, alt_text: str, width: int = 400) -> Figure:
    """Return the drawn chart; width: of the whole, in pixels, as its height is."""
    import vl_convert  # 150 MB once it draws: never in the server

    chart = chart.properties(width=width)
    svg = vl_convert.vegalite_to_svg(_specification(chart), vl_version=_version(), **_ALONE)
    return Figure(chart, alt_text, _renumbered(svg))


def png(drawn: Figure) -> bytes:
    """Return the chart as a PNG, twice as large as on the screen."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_specification(drawn.chart), vl_version=_version(), scale=_SCALE, **_ALONE))


def image_uri(pixels: np.ndarray) -> str:
    """Return an image, uint8 (h, w, 3), as a data URI."""
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return _uri("image/jpeg", jpeg.tobytes())


_ALONE: dict[str, Any] = {"allowed_base_urls": [], "config": _STYLE}


def _renumbered(svg: str) -> str:
    """Return the SVG with its clipping paths numbered from 0: the renderer keeps counting from chart to chart."""
    numbers: dict[str, int] = {}
    return re.sub(r'(id="|url\(#)clip(\d+)', lambda m: f"{m[1]}clip{numbers.setdefault(m[2], len(numbers))}", svg)


def _specification(chart: alt.LayerChart | alt.Chart) -> str:
    return json.dumps({**reflowed(chart.to_dict()), "autosize": {"type": "fit", "contains": "padding"}})


def _version() -> str:
    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
