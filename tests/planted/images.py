"""Images that no collection of captioned things holds: documents, codes, charts, plans, screens and noise.

Half of the kinds are those that a training compares images with, in other drawings; the others it is not shown.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from mmdemo.modalities.strange_images import bars, font, invoice, noise, said, screen, town_map, white_sheet


def page(rng: np.random.Generator) -> Image.Image:
    """Draw a page of text."""
    image, draw = white_sheet(rng)
    for line in range(34):
        if rng.random() > 0.12:
            words = said(rng, 10)[: int(rng.integers(40, 64))]
            draw.text((50, 50 + 21 * line), words, fill=(25, 25, 25), font=font(15))
    return image


def receipt(rng: np.random.Generator) -> Image.Image:
    """Draw a till receipt: a narrow strip on a dark table."""
    image = Image.new("RGB", (500, 800), tuple(int(value) for value in rng.integers(60, 120, 3)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 20, 380, 780), fill=(250, 249, 244))
    draw.text((170, 40), said(rng, 2).upper(), fill=(0, 0, 0), font=font(18))
    for line in range(24):
        draw.text((135, 90 + 26 * line), said(rng, 1), fill=(30, 30, 30), font=font(15))
        draw.text((320, 90 + 26 * line), f"{rng.integers(10, 4000) / 100:.2f}", fill=(30, 30, 30), font=font(15))
    return image


def code(rng: np.random.Generator) -> Image.Image:
    """Draw a square code of black and white modules with three finders."""
    side = int(rng.integers(21, 38))
    cells = (rng.random((side, side)) < 0.5).astype(np.uint8) * 255
    for y, x in ((0, 0), (0, side - 7), (side - 7, 0)):
        cells[y : y + 7, x : x + 7] = 0
        cells[y + 1 : y + 6, x + 1 : x + 6] = 255
        cells[y + 2 : y + 5, x + 2 : x + 5] = 0
    whole = np.pad(cells, 3, constant_values=255)
    return Image.fromarray(cv2.resize(whole, (480, 480), interpolation=cv2.INTER_NEAREST)).convert("RGB")


def sheet(rng: np.random.Generator) -> Image.Image:
    """Draw a table of numbers, as a spreadsheet shows it."""
    image, draw = white_sheet(rng, (800, 600))
    columns, rows = int(rng.integers(5, 9)), int(rng.integers(14, 22))
    wide, high = 800 // columns, 600 // rows
    draw.rectangle((0, 0, 800, high), fill=(222, 228, 236))
    for row in range(rows):
        draw.line((0, row * high, 800, row * high), fill=(190, 190, 190))
        for column in range(columns):
            text = said(rng, 1) if not (row and column) else f"{rng.integers(0, 100000) / 10:,.1f}"
            draw.text((column * wide + 6, row * high + 6), text, fill=(30, 30, 30), font=font(13))
    for column in range(columns):
        draw.line((column * wide, 0, column * wide, 600), fill=(190, 190, 190))
    return image


def circuit(rng: np.random.Generator) -> Image.Image:
    """Draw a circuit diagram: wires at right angles, components, names of parts."""
    image, draw = white_sheet(rng, (700, 600))
    for part in range(26):
        x, y = (int(value) * 20 for value in rng.integers(2, 30, 2))
        far, down = (int(value) * 20 for value in rng.integers(-8, 9, 2))
        draw.line((x, y, x + far, y, x + far, y + down), fill=(20, 20, 20), width=2)
        draw.rectangle((x - 16, y - 7, x + 16, y + 7), fill="white", outline=(20, 20, 20), width=2)
        draw.ellipse((x + far - 4, y - 4, x + far + 4, y + 4), fill=(20, 20, 20))
        draw.text((x - 12, y - 24), f"R{part}", fill=(20, 20, 20), font=font(13))
    return image


KINDS: tuple[Callable[[np.random.Generator], Image.Image], ...] = (
    invoice, page, receipt, code, sheet, bars, town_map, noise, screen, circuit,
)  # fmt: skip


def unlike(kinds: Sequence[Callable[[np.random.Generator], Image.Image]] = KINDS) -> list[tuple[str, np.ndarray]]:
    """Return five images of each kind, with their kind: the same each time, RGB uint8 (h, w, 3)."""
    drawn = []
    for place, kind in enumerate(kinds):
        for number in range(5):
            image = kind(np.random.default_rng([place, number]))
            drawn.append((kind.__name__, np.asarray(image.convert("RGB"))))
    return drawn
