"""A third set of planted cases, twenty-five of each kind, written before the detectors that it judges were changed."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from mmdemo.modalities.strange_images import font, said, white_sheet

HOMONYMS = {
    "bat (animal)": (
        "a furry bat asleep upside down in its cave",
        "the bat spreads its wings at dusk and hunts moths",
        "a fruit-eating bat among ripe figs",
    ),
    "bat (sport)": (
        "the batter swings his wooden bat at home plate",
        "a baseball bat with tape around its grip, left in the dugout",
        "this bat hit a home run in the ninth inning",
    ),
    "mouse (animal)": (
        "a hungry mouse nibbling cheese behind the pantry",
        "the timid mouse hides from the cat in its burrow",
        "a long-tailed mouse in a nest of straw",
    ),
    "mouse (computer)": (
        "a cordless mouse next to the keyboard",
        "click twice with the left button of the mouse to open the file",
        "the mouse of my laptop needs new batteries",
    ),
    "crane (bird)": (
        "a crane standing on one leg in shallow water",
        "the red-crowned crane feeds its chicks on the nest",
        "cranes flying south for the winter, each a long-legged crane",
    ),
    "crane (machine)": (
        "the steel crane lifts a beam above the building site",
        "a crane in the harbour unloading containers from a ship",
        "the driver of the crane lowers concrete blocks",
    ),
    "bass (fish)": (
        "a striped bass swimming upstream in the river",
        "the angler hooked a largemouth bass with a worm",
        "bass on the grill, served with lemon and butter",
    ),
    "bass (guitar)": (
        "a fretless jazz bass on its stand beside the amplifier",
        "the bass keeps the rhythm together with the drums",
        "she plucks her four-string bass on stage",
        "the rock band recorded a groove played on a sunburst bass",
    ),
}
"""Class → captions that clearly name it; each stands beside a drawing of another class."""

UNKNOWN = (
    "a sprunkel", "vlimbo tarreck", "the ostragloop", "jeffery-wumpf", "three kablinters", "pondriflax zum",
    "a tiny wrexolin", "mugglabar skree", "this fandorple",
    "7731-KL-09", "Scan0047.tif", "4-0098-22/a", "VX900PRO", "inv 2024/01187", "0049-170-5550", "GTIN 04012345678901",
    "t5x9-beta", "WA0013.jpg",
    "oiuzt", "yxcv bnm", "kjhg fdsa", "aslkdj", "nnnnnnn", "weqrt zuio", "pppp oooo",
)  # fmt: skip
"""Invented words, article numbers, and what a hand on a keyboard writes."""


def flow_chart(rng: np.random.Generator) -> Image.Image:
    """Draw a flow chart: boxes and rhombs with a word or two, joined by arrows."""
    image, draw = white_sheet(rng, (640, 800))
    for step in range(6):
        x, y = 220 + int(rng.integers(-90, 90)), 30 + 128 * step
        if step % 3 == 2:
            corners = [(x + 90, y), (x + 190, y + 38), (x + 90, y + 76), (x - 10, y + 38)]
            draw.polygon(corners, outline=(0, 0, 0), width=2)
        else:
            fill = tuple(int(value) for value in rng.integers(215, 250, 3))
            draw.rounded_rectangle((x, y, x + 180, y + 70), 10, fill=fill, outline=(40, 40, 40), width=2)
        draw.text((x + 34, y + 26), said(rng, 2), fill=(20, 20, 20), font=font(15))
        if step < 5:
            draw.line((x + 90, y + 76, x + 90, y + 124), fill=(40, 40, 40), width=2)
            draw.polygon([(x + 84, y + 114), (x + 96, y + 114), (x + 90, y + 126)], fill=(40, 40, 40))
    return image


def sheet_music(rng: np.random.Generator) -> Image.Image:
    """Draw a page of music: staves of five lines, bars, notes with stems, words below."""
    image, draw = white_sheet(rng, (600, 800))
    draw.text((180, 24), said(rng, 2).title(), fill=(0, 0, 0), font=font(26))
    for stave in range(7):
        top = 90 + 98 * stave
        for line in range(5):
            draw.line((30, top + 9 * line, 570, top + 9 * line), fill=(30, 30, 30))
        for bar in range(5):
            draw.line((30 + 135 * bar, top, 30 + 135 * bar, top + 36), fill=(30, 30, 30), width=2)
        for x in range(60, 560, int(rng.integers(26, 44))):
            y = top + int(rng.integers(-2, 9)) * 4
            draw.ellipse((x, y, x + 11, y + 8), fill=(0, 0, 0))
            draw.line((x + 11, y + 4, x + 11, y - 28), fill=(0, 0, 0), width=2)
        draw.text((60, top + 54), said(rng, 6), fill=(30, 30, 30), font=font(13))
    return image


def crossword(rng: np.random.Generator) -> Image.Image:
    """Draw a crossword: a grid of white and black squares, numbers in some corners, clues beside it."""
    image, draw = white_sheet(rng, (800, 600))
    side, number = int(rng.integers(11, 16)), 1
    cell = 520 // side
    for row in range(side):
        for column in range(side):
            x, y = 30 + cell * column, 40 + cell * row
            black = rng.random() < 0.22
            draw.rectangle((x, y, x + cell, y + cell), fill=(0, 0, 0) if black else "white", outline=(0, 0, 0))
            if not black and rng.random() < 0.25:
                draw.text((x + 2, y + 1), str(number), fill=(0, 0, 0), font=font(11))
                number += 1
    for line in range(20):
        draw.text((580, 40 + 26 * line), f"{line + 1} {said(rng, 2)}", fill=(20, 20, 20), font=font(13))
    return image


def ticket(rng: np.random.Generator) -> Image.Image:
    """Draw a boarding pass: a coloured head, fields, a bar code, a stub."""
    image = Image.new("RGB", (860, 340), tuple(int(value) for value in rng.integers(225, 252, 3)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 860, 56), fill=tuple(int(value) for value in rng.integers(20, 150, 3)))
    draw.text((24, 14), said(rng, 2).upper(), fill="white", font=font(24))
    for field in range(8):
        x, y = 30 + 150 * (field % 4), 84 + 78 * (field // 4)
        draw.text((x, y), said(rng, 1), fill=(120, 120, 120), font=font(13))
        draw.text((x, y + 18), f"{rng.integers(10, 99)}{chr(int(rng.integers(65, 91)))}", fill=(0, 0, 0), font=font(24))
    draw.line([(640, y) for y in range(60, 340)], fill=(150, 150, 150), width=1)
    x = 30
    while x < 600:
        wide = int(rng.integers(1, 6))
        draw.rectangle((x, 250, x + wide, 320), fill=(0, 0, 0))
        x += wide + int(rng.integers(2, 7))
    for line in range(6):
        draw.text((664, 80 + 38 * line), said(rng, 2), fill=(30, 30, 30), font=font(15))
    return image


def spectrogram(rng: np.random.Generator) -> Image.Image:
    """Draw a spectrogram: bands of energy over time in the colours of a heat map, with axes."""
    time, pitch = np.arange(360)[np.newaxis], np.arange(240)[:, np.newaxis]
    energy = rng.random((240, 360)) * 0.35
    for _ in range(int(rng.integers(4, 9))):
        centre = rng.integers(20, 220) + 14 * np.sin(time / rng.integers(12, 60))
        energy += np.exp(-(((pitch - centre) / 5) ** 2)) * (rng.random((1, 360)) > 0.35)
    energy = np.clip(energy / energy.max(), 0, 1)
    colours = np.stack([np.clip(1.6 * energy, 0, 1), energy**2, np.clip(0.5 - energy, 0, 1) + 0.3 * energy], axis=2)
    image, draw = white_sheet(rng, (820, 600))
    image.paste(Image.fromarray((255 * colours).astype(np.uint8)).resize((720, 500)), (70, 30))
    for tick in range(6):
        draw.text((90 + 130 * tick, 540), f"{tick / 2:.1f} s", fill=(40, 40, 40), font=font(14))
        draw.text((14, 40 + 95 * tick), f"{8 - tick} kHz", fill=(40, 40, 40), font=font(13))
    return image


KINDS: tuple[Callable[[np.random.Generator], Image.Image], ...] = (
    flow_chart, sheet_music, crossword, ticket, spectrogram,
)  # fmt: skip
