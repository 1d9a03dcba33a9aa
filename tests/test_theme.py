"""The settings exist in this Streamlit, and both palettes can be read."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

CONFIG = tomllib.loads((Path(__file__).resolve().parent.parent / ".streamlit" / "config.toml").read_text())
PALETTES = ("light", "dark")
CAPTION_OPACITY = 0.6


def options(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from options(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def rgb(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def luminance(channels: list[float]) -> float:
    """Relative luminance. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: str, back: str, opacity: float = 1) -> float:
    """Contrast ratio, 1–21, of a colour laid over another. Source: WCAG 2.2."""
    mixed = [opacity * f + (1 - opacity) * b for f, b in zip(rgb(front), rgb(back), strict=True)]
    low, high = sorted((luminance(mixed), luminance(rgb(back))))
    return (high + 0.05) / (low + 0.05)


def backgrounds(palette: str) -> list[str]:
    theme = CONFIG["theme"][palette]
    return [area[key] for area in (theme, theme["sidebar"]) for key in ("backgroundColor", "secondaryBackgroundColor")]


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_streamlit_knows_every_setting() -> None:
    assert [name for name in options(CONFIG) if name not in config.get_config_options()] == []


@pytest.mark.parametrize("palette", PALETTES)
def test_text_stands_out(palette: str) -> None:
    theme = CONFIG["theme"][palette]
    for back in backgrounds(palette):
        assert contrast(theme["textColor"], back) >= 4.5
        assert contrast(theme["linkColor"], back) >= 4.5
    for back in (theme["backgroundColor"], theme["sidebar"]["backgroundColor"]):
        assert contrast(theme["textColor"], back, CAPTION_OPACITY) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
def test_the_primary_colour_carries_white_text_and_stands_out(palette: str) -> None:
    theme = CONFIG["theme"][palette]
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5
    assert min(contrast(theme["primaryColor"], back) for back in backgrounds(palette)) >= 3


@pytest.mark.parametrize("palette", PALETTES)
def test_ten_chart_colours_stand_out(palette: str) -> None:
    theme = CONFIG["theme"][palette]
    assert len(set(theme["chartCategoricalColors"])) == 10
    assert min(contrast(colour, theme["backgroundColor"]) for colour in theme["chartCategoricalColors"]) >= 3
