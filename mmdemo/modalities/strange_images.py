"""Images that collections of captioned things do not hold: documents, charts, maps, screens and noise, drawn here."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORDS = [
    "invoice", "amount", "total", "due", "net", "tax", "item", "price", "order", "date", "customer", "account",
    "number", "payment", "terms", "within", "thirty", "days", "please", "transfer", "the", "sum", "shown",
    "above", "quoting", "reference", "delivery", "address", "telephone", "bank", "branch", "page", "subject",
]  # fmt: skip
_OF_EACH = 5
_SEED = 1_000


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font of a size in pixels."""
    return ImageFont.load_default(size)


def white_sheet(
    rng: np.random.Generator, size: tuple[int, int] = (600, 800)
) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty sheet of nearly white paper, and what draws on it."""
    image = Image.new("RGB", size, tuple(int(value) for value in rng.integers(244, 256, 3)))
    return image, ImageDraw.Draw(image)


def said(rng: np.random.Generator, count: int) -> str:
    """Return so many words of business letters."""
    return " ".join(rng.choice(WORDS, count))


def invoice(rng: np.random.Generator) -> Image.Image:
    """Draw an invoice: a letterhead, an address, a table of items, a total."""
    image, draw = white_sheet(rng)
    draw.text((40, 40), said(rng, 2).upper(), fill=(30, 40, 90), font=font(30))
    for line in range(4):
        draw.text((40, 110 + 22 * line), said(rng, 3), fill=(20, 20, 20), font=font(15))
    for row in range(int(rng.integers(6, 12))):
        y = 250 + 36 * row
        draw.line((40, y, 560, y), fill=(150, 150, 150))
        draw.text((46, y + 9), said(rng, 2), fill=(20, 20, 20), font=font(15))
        draw.text((480, y + 9), f"{rng.integers(10, 9999) / 100:.2f}", fill=(20, 20, 20), font=font(15))
    draw.text((360, 710), f"Total {rng.integers(1000, 99999) / 100:.2f}", fill=(0, 0, 0), font=font(24))
    return image


def bars(rng: np.random.Generator) -> Image.Image:
    """Draw a bar chart with axes, grid and labels."""
    image, draw = white_sheet(rng, (800, 600))
    draw.text((80, 14), said(rng, 4).capitalize(), fill=(20, 20, 20), font=font(22))
    count = int(rng.integers(5, 12))
    for tick in range(6):
        draw.line((70, 540 - 90 * tick, 780, 540 - 90 * tick), fill=(215, 215, 215))
        draw.text((25, 532 - 90 * tick), str(20 * tick), fill=(70, 70, 70), font=font(14))
    colour = tuple(int(value) for value in rng.integers(30, 200, 3))
    for bar in range(count):
        left, wide = 80 + bar * 700 // count, 700 // count
        draw.rectangle((left, 540 - int(rng.integers(40, 440)), left + wide * 0.7, 540), fill=colour)
        draw.text((left, 550), said(rng, 1)[:6], fill=(70, 70, 70), font=font(13))
    return image


def town_map(rng: np.random.Generator) -> Image.Image:
    """Draw a street map: blocks, roads, a river, names."""
    image = Image.new("RGB", (700, 700), (238, 234, 224))
    draw = ImageDraw.Draw(image)
    for _ in range(4):
        x, y = rng.integers(0, 600, 2)
        draw.rectangle((x, y, x + int(rng.integers(60, 160)), y + int(rng.integers(60, 160))), fill=(200, 226, 190))
    river = [(int(x), int(350 + 90 * np.sin(x / 120 + rng.random()))) for x in range(0, 701, 50)]
    draw.line(river, fill=(160, 200, 232), width=26)
    for _ in range(22):
        ends = [int(value) for value in rng.integers(-50, 750, 4)]
        draw.line(ends, fill=(205, 200, 190), width=11)
        draw.line(ends, fill=(255, 255, 255), width=8)
    for _ in range(14):
        draw.text(tuple(rng.integers(20, 640, 2).tolist()), said(rng, 1), fill=(90, 90, 90), font=font(13))
    return image


def screen(rng: np.random.Generator) -> Image.Image:
    """Draw a screenshot: a window with menus, a sidebar, fields and buttons."""
    image = Image.new("RGB", (900, 600), (236, 238, 242))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 40), fill=tuple(int(value) for value in rng.integers(30, 110, 3)))
    draw.text((16, 10), said(rng, 5), fill=(255, 255, 255), font=font(16))
    draw.rectangle((0, 40, 190, 600), fill=(250, 250, 252))
    for line in range(12):
        draw.text((18, 60 + 40 * line), said(rng, 2), fill=(60, 60, 70), font=font(14))
    for field in range(6):
        y = 80 + 76 * field
        draw.text((230, y), said(rng, 2), fill=(60, 60, 70), font=font(14))
        draw.rectangle((230, y + 22, 230 + int(rng.integers(250, 600)), y + 54), fill="white", outline=(180, 184, 192))
    draw.rectangle((230, 545, 360, 582), fill=(40, 110, 210))
    draw.text((262, 554), "Save", fill="white", font=font(15))
    return image


def noise(rng: np.random.Generator) -> Image.Image:
    """Draw noise of one grain or another, in colour or grey."""
    side = int(rng.choice([32, 64, 128, 256, 320]))
    pixels = rng.integers(0, 256, (side, side, int(rng.choice([1, 3]))), dtype=np.uint8)
    pixels = np.broadcast_to(pixels, (side, side, 3)).copy()
    return Image.fromarray(cv2.resize(pixels, (320, 320), interpolation=cv2.INTER_NEAREST))


KINDS: tuple[Callable[[np.random.Generator], Image.Image], ...] = (invoice, bars, town_map, screen, noise)


def strange_images() -> Iterator[np.ndarray]:
    """Yield five images of each kind, the same each time: RGB uint8 (h, w, 3)."""
    for kind in KINDS:
        for number in range(_OF_EACH):
            yield np.asarray(kind(np.random.default_rng([_SEED, number])).convert("RGB"))
