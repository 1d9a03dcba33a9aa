"""The four things that share an animal's name: baseball bat, computer mouse, tower crane and bass guitar."""

import numpy as np

from mmdemo.datasets.drawings.canvas import Part
from mmdemo.datasets.drawings.curves import arc, box, ellipse, mirrored, ribbon, smooth, turned
from mmdemo.datasets.drawings.palette import CREAM, INK, STEEL, WHITE, Palette


def _tilted(parts: list[Part], degrees: float, scale: float = 1.0) -> list[Part]:
    return [Part(turned(part.points, degrees) * scale, part.colour, part.width * scale) for part in parts]


def baseball_bat(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a baseball bat that stands aslant, and a ball."""
    along = [(0, 0.98), (0, 0.5), (0, 0.0), (0, -0.5), (0, -0.84), (0, -1.0)]
    fat = rng.uniform(0.32, 0.38)
    bat = [
        Part(ellipse(0, 1.0, 0.13, 0.06), colours.dark),
        Part(ribbon(along, [0.1, 0.11, 0.18, fat, fat, 0.22]), colours.main),
        Part(ellipse(0, -0.98, 0.115, 0.08), colours.main),
        Part(ribbon([(-0.07, -0.2), (-0.09, -0.55), (-0.08, -0.92)], [0.03, 0.06, 0.04]), colours.light),
        Part(ribbon([(0, 0.96), (0, 0.7), (0, 0.46)], [0.105, 0.11, 0.125]), colours.dark),
    ]
    bat += [Part(np.array([(-0.06, y), (0.06, y - 0.07)]), colours.light, 0.022) for y in (0.9, 0.78, 0.66, 0.54)]
    bat += [Part(np.array([(-fat / 2 + 0.015, y), (fat / 2 - 0.015, y)]), colours.accent, 0.05) for y in (-0.4, -0.5)]
    x, y = rng.uniform(0.44, 0.6), rng.uniform(0.28, 0.56)
    return _tilted(bat, rng.uniform(36, 50), 0.95) + _ball(x, y, rng.uniform(0.2, 0.25), rng.uniform(-40, 40))


def _ball(x: float, y: float, radius: float, tilt: float) -> list[Part]:
    parts = [Part(ellipse(x, y, radius), CREAM)]
    for side, start in ((-1, -48), (1, 132)):
        seam = arc(x + side * radius * 1.1, y, radius * 0.72, radius * 0.95, start, start + 96)
        parts.append(Part(turned(seam, tilt, (x, y)), (206, 62, 62), 0.032))
    return parts


def computer_mouse(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a computer mouse from above, with two buttons, a wheel and its cable."""
    wide, bend, top = rng.uniform(0.37, 0.44), rng.uniform(-0.16, 0.16), -0.26
    right = [(0.68 * wide, -0.2), (wide, 0.12), (wide, 0.5), (0.66 * wide, 0.84)]
    shell = smooth([(0, top), *right, (0, 0.94), *mirrored(right)[::-1]])
    seam = smooth([(-wide, 0.2), (-0.5 * wide, 0.27), (0, 0.29), (0.5 * wide, 0.27), (wide, 0.2)], closed=False)
    cable = [(0, top), (0, -0.42), (bend, -0.64), (bend + 0.24, -0.76), (0.5, -0.72), (0.74, -0.92)]
    parts = [
        Part(smooth(cable, closed=False), INK, 0.055),
        Part(box(-0.05, top - 0.1, 0.05, top + 0.06, 0.03), INK),
        Part(shell, colours.light),
        Part(np.vstack([shell[shell[:, 1] >= 0.2], seam]), colours.main),
        Part(seam, colours.dark, 0.035),
        Part(np.array([(0, top + 0.02), (0, 0.29)]), colours.dark, 0.035),
        Part(box(-0.075, -0.12, 0.075, 0.16, 0.07), colours.dark),
        Part(box(-0.04, -0.08, 0.04, 0.12, 0.04), colours.accent),
        Part(ellipse(0, 0.66, 0.09), colours.light),
    ]
    return _tilted(parts, rng.uniform(-16, 16))


def tower_crane(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a tower crane: a lattice mast, a jib with its counterweight, and a load on the hook."""
    x, y, trolley = -0.3, -0.52, rng.uniform(0.35, 0.75)
    tower = np.array([(x - 0.1, y - 0.04), (x + 0.1, y - 0.04), (x + 0.02, -0.96), (x - 0.02, -0.96)])
    return [
        Part(np.array([(-0.8, y), (x, -0.94), (0.72, y - 0.02)]), INK, 0.026),
        *_lattice((x, 0.86), (x, y), 0.17, 9, colours),
        *_lattice((-0.92, y), (0.96, y), 0.12, 13, colours),
        Part(tower, colours.main),
        Part(box(-0.9, y + 0.02, -0.64, y + 0.3, 0.03), STEEL),
        Part(box(x - 0.02, y + 0.05, x + 0.24, y + 0.3, 0.04), colours.accent),
        Part(box(x + 0.08, y + 0.09, x + 0.2, y + 0.21, 0.02), WHITE),
        Part(box(x - 0.3, 0.84, x + 0.3, 0.97, 0.03), STEEL),
        *_load(trolley, y + 0.06, rng.uniform(-0.05, 0.4), colours),
    ]


def _lattice(
    start: tuple[float, float], end: tuple[float, float], width: float, bays: int, colours: Palette
) -> list[Part]:
    """Return two chords and the zigzag between them."""
    first, last = np.array(start), np.array(end)
    along = (last - first) / np.linalg.norm(last - first)
    side = np.array([-along[1], along[0]]) * width / 2
    zigzag = np.linspace(first, last, bays + 1) + side * np.where(np.arange(bays + 1) % 2, 1, -1)[:, None]
    chords = [Part(np.array([first + s, last + s]), colours.main, 0.04) for s in (side, -side)]
    return [Part(zigzag, colours.main, 0.028), *chords]


def _load(x: float, top: float, hook: float, colours: Palette) -> list[Part]:
    """Return a trolley, its cable and a load of planks."""
    parts = [
        Part(box(x - 0.07, top - 0.02, x + 0.07, top + 0.06, 0.02), INK),
        Part(np.array([(x, top), (x, hook)]), INK, 0.026),
        Part(np.array([(x - 0.2, hook + 0.18), (x, hook), (x + 0.2, hook + 0.18)]), INK, 0.022),
        Part(box(x - 0.24, hook + 0.16, x + 0.24, hook + 0.38, 0.02), colours.dark),
    ]
    seams = [np.array([(x - 0.22, y), (x + 0.22, y)]) for y in (hook + 0.235, hook + 0.305)]
    return parts + [Part(seam, colours.light, 0.02) for seam in seams]


def bass_guitar(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a bass guitar that stands aslant, with four strings."""
    horn, hip = rng.uniform(-0.08, 0.04), rng.uniform(0.96, 1.08)
    body = smooth([(0.07, 0.2), (0.15, 0.06), (0.27, 0.02), (0.26, 0.16), (0.2, 0.3), (0.27, 0.44), (0.37, 0.62),
                   (0.3, 0.84), (0.05, 0.95), (-0.22, 0.92), (-0.4, 0.74), (-0.35, 0.52), (-0.22, 0.36),
                   (-0.23, 0.18), (-0.33, horn), (-0.24, horn - 0.1), (-0.13, 0.02), (-0.07, 0.2)])  # fmt: skip
    guard = smooth([(0.05, 0.3), (-0.12, 0.2), (-0.2, 0.36), (-0.12, 0.5), (-0.2, 0.72), (0.02, 0.66), (0.22, 0.74),
                    (0.2, 0.5)])  # fmt: skip
    head = smooth([(-0.06, -0.74), (-0.1, -0.86), (-0.06, -1.0), (0.06, -1.06), (0.1, -0.94), (0.06, -0.76)], steps=6)
    parts = [Part(ellipse(-0.14, y, 0.05, 0.03), STEEL) for y in (-0.98, -0.92, -0.86, -0.8)]
    parts += [Part(body * (hip, 1), colours.main), Part(guard, colours.light), Part(head, colours.main)]
    parts += [Part(np.array([(-0.055, -0.76), (0.055, -0.76), (0.07, 0.36), (-0.07, 0.36)]), (120, 78, 52))]
    parts += [Part(np.array([(-0.06, y), (0.06, y)]), CREAM, 0.014) for y in np.linspace(-0.72, 0.26, 11)]
    parts += [Part(box(-0.13, y, 0.13, y + 0.09, 0.02), INK) for y in (0.42, 0.58)]
    parts += [
        Part(box(-0.12, 0.76, 0.12, 0.86, 0.02), STEEL),
        Part(ellipse(0.24, 0.66, 0.035), INK),
        Part(ellipse(0.22, 0.77, 0.035), INK),
    ]
    parts += [Part(np.array([(x, 0.8), (x * 0.7, -0.95 + abs(x))]), WHITE, 0.013) for x in (-0.06, -0.02, 0.02, 0.06)]
    return _tilted(parts, rng.uniform(32, 48), 1.02)


THINGS = {
    "bat (sport)": baseball_bat,
    "mouse (computer)": computer_mouse,
    "crane (machine)": tower_crane,
    "bass (guitar)": bass_guitar,
}
