"""A second set of planted cases, twenty-five of each kind, by somebody who did not tune the warnings."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from mmdemo.modalities.strange_images import WORDS, font, said, white_sheet

CONTRADICTIONS = {
    "animals": ("a cow eating grass", "the kitten plays with a ball of wool", "a frog sitting by the pond"),
    "clothes": ("a winter coat with a fur collar", "white trainers with laces", "a silk tie"),
    "food": ("a hamburger with lettuce and tomato", "a glass of milk and some biscuits", "sliced carrots"),
    "household": ("a kettle on the stove", "a toothbrush and a bar of soap"),
    "people": ("a smiling woman with long hair", "the baby's little nose"),
    "plants": ("daisies in the grass", "a fir tree in the forest"),
    "seasonal": ("a snowman with a carrot for a nose", "a pumpkin lantern for trick or treat"),
    "symbols": ("the number seven", "a question mark", "the letter of the Greek alphabet"),
    "town": ("a windmill behind the bridge", "the street lamp beside a pedestrian crossing"),
    "vehicles": ("a yellow school bus", "a helicopter in the air", "an old bicycle"),
}
"""Class → captions that clearly name one of its things; each stands beside an image of another class."""

UNKNOWN = (
    "plizzorf", "a big yungletrap", "drovanik and smeltwort", "krimplethax", "the hoozleberg", "vuntle",
    "quorbish fantleroy", "my zibberdon", "an ixplorgate", "trullowack",
    "PO-2291-774", "C0FFEE-19A", "item 66-0913/K", "P1040873.JPG", "8712345678906", "HX 220 B/4", "LOT 5520817",
    "Screenshot_20230911-120455", "NV-90X-T",
    "uiop uiop", "jkl", "vbnm fgh", "qazwsx edcrfv", "kkkkk", "hdjskahd",
)  # fmt: skip
"""Invented words, article numbers, and what a hand on a keyboard writes."""

LANGUAGES = (
    ("zh", "蓝色的自行车"), ("zh", "一杯牛奶"), ("ja", "古いお城"), ("ja", "白いねこ"), ("ko", "빨간 사과 두 개"),
    ("ru", "белая лодка на озере"), ("uk", "жовтий автобус на вулиці"), ("el", "ένα μπλε ποδήλατο"),
    ("ar", "دراجة قديمة"), ("he", "חתול לבן על הכיסא"), ("th", "แมวสีขาว"), ("hi", "एक लाल सेब"),
    ("de", "eine Tasse Kaffee auf dem Tisch"), ("de", "der Hund spielt mit einem Ball"),
    ("fr", "une tasse de café sur la table"), ("fr", "le chien joue avec une balle"),
    ("es", "una taza de café en la mesa"), ("es", "el perro juega con una pelota"),
    ("it", "una tazza di caffè sul tavolo"), ("it", "il cane gioca con la palla"),
    ("pt", "uma xícara de café na mesa"), ("nl", "een kopje koffie op de tafel"),
    ("sv", "en kopp kaffe på bordet"), ("pl", "filiżanka kawy na stole"), ("cs", "bílá kočka na židli"),
)  # fmt: skip
"""Code of the language, caption."""


def calendar(rng: np.random.Generator) -> Image.Image:
    """Draw a month of a calendar: seven columns of numbered boxes, some with an entry."""
    image, draw = white_sheet(rng, (700, 600))
    draw.text((40, 20), said(rng, 1).capitalize(), fill=(150, 30, 30), font=font(34))
    first = int(rng.integers(0, 7))
    for day in range(31):
        x, y = 40 + 90 * ((day + first) % 7), 90 + 82 * ((day + first) // 7)
        draw.rectangle((x, y, x + 90, y + 82), outline=(120, 120, 120))
        draw.text((x + 6, y + 4), str(day + 1), fill=(20, 20, 20), font=font(17))
        if rng.random() < 0.3:
            draw.text((x + 6, y + 40), said(rng, 1), fill=(40, 80, 150), font=font(13))
    return image


def curves(rng: np.random.Generator) -> Image.Image:
    """Draw a line chart of three series with axes and a legend."""
    image, draw = white_sheet(rng, (800, 560))
    draw.line((70, 40, 70, 500, 770, 500), fill=(60, 60, 60), width=2)
    for series, colour in enumerate(((200, 50, 40), (40, 110, 190), (60, 150, 70))):
        heights = np.clip(250 + np.cumsum(rng.normal(0, 28, 36)), 60, 480)
        draw.line([(70 + 20 * i, int(y)) for i, y in enumerate(heights)], fill=colour, width=3)
        draw.text((620, 50 + 24 * series), said(rng, 1), fill=colour, font=font(15))
    for tick in range(7):
        draw.text((75 + 110 * tick, 510), str(2016 + tick), fill=(60, 60, 60), font=font(14))
    return image


def floor_plan(rng: np.random.Generator) -> Image.Image:
    """Draw a floor plan: thick walls, doors, names of rooms, measures."""
    image, draw = white_sheet(rng, (700, 600))
    draw.rectangle((60, 60, 640, 540), outline=(0, 0, 0), width=9)
    x, y = (int(value) for value in rng.integers(200, 430, 2))
    draw.line((x, 60, x, 540), fill=(0, 0, 0), width=7)
    draw.line((60, y, x, y), fill=(0, 0, 0), width=7)
    for left, top in ((x - 40, y - 30), (x - 4, 420), (300, 534)):
        draw.rectangle((left, top, left + 46, top + 12), fill="white")
        draw.arc((left, top - 40, left + 80, top + 40), 180, 270, fill=(90, 90, 90), width=2)
    for place in ((90, 90), (90, y + 30), (x + 30, 200)):
        draw.text(place, f"{said(rng, 1)} {rng.integers(60, 300) / 10} m2", fill=(30, 30, 30), font=font(17))
    return image


def chat(rng: np.random.Generator) -> Image.Image:
    """Draw a conversation on a telephone's screen: speech bubbles left and right."""
    image = Image.new("RGB", (420, 800), (231, 224, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 420, 60), fill=(18, 94, 84))
    draw.text((60, 18), said(rng, 2), fill="white", font=font(19))
    for line in range(9):
        left, colour = (20, "white") if rng.random() < 0.5 else (130, (220, 248, 198))
        draw.rounded_rectangle((left, 80 + 76 * line, left + 265, 140 + 76 * line), 12, fill=colour)
        draw.text((left + 14, 92 + 76 * line), said(rng, 4)[:32], fill=(20, 20, 20), font=font(14))
        draw.text((left + 210, 118 + 76 * line), f"12:{rng.integers(10, 60)}", fill=(120, 120, 120), font=font(12))
    return image


def editor(rng: np.random.Generator) -> Image.Image:
    """Draw source code in a dark editor: numbered, indented lines in several colours."""
    image = Image.new("RGB", (800, 600), (30, 30, 36))
    draw, depth = ImageDraw.Draw(image), 0
    for line in range(28):
        depth = int(np.clip(depth + rng.integers(-1, 2), 0, 4))
        draw.text((10, 10 + 21 * line), str(line + 1), fill=(110, 110, 120), font=font(14))
        x = 50 + 28 * depth
        for word in rng.choice(WORDS, int(rng.integers(1, 5))):
            colour = ((220, 120, 90), (130, 190, 240), (220, 220, 170), (150, 200, 130))[int(rng.integers(0, 4))]
            draw.text((x, 10 + 21 * line), f"{word}(", fill=colour, font=font(14))
            x += 12 * len(word) + 16
    return image


KINDS: tuple[Callable[[np.random.Generator], Image.Image], ...] = (calendar, curves, floor_plan, chat, editor)
