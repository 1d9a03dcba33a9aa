"""The four animals: bat, mouse, crane and bass."""

from itertools import pairwise

import numpy as np

from mmdemo.datasets.drawings.canvas import Part
from mmdemo.datasets.drawings.curves import arc, bow, ellipse, mirrored, ribbon, smooth, turned
from mmdemo.datasets.drawings.palette import BLUSH, CREAM, INK, WHITE, Palette


def eye(x: float, y: float, radius: float) -> list[Part]:
    """Return an eye that looks to the right."""
    return [
        Part(ellipse(x, y, radius), WHITE),
        Part(ellipse(x + 0.25 * radius, y, 0.68 * radius), INK),
        Part(ellipse(x + 0.45 * radius, y - 0.3 * radius, 0.24 * radius), WHITE),
    ]


def flying_bat(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a bat from the front, its scalloped wings spread."""
    lift, spread = rng.uniform(-20, 14), rng.uniform(0.92, 1.06)
    right = [(turned(points * (spread, 1), lift, (0.1, 0)), shade) for points, shade in _wing()]
    wings = []
    for points, is_bone in right:
        for side in (points, mirrored(points)):
            wings.append(Part(side, colours.dark, 0.028) if is_bone else Part(side, colours.main))
    return wings + _bat_body(colours)


def _wing() -> list[tuple[np.ndarray, bool]]:
    """Return the right wing's skin, then its bones, and whether each is a bone."""
    wrist, tips = (0.46, -0.5), [(0.98, -0.04), (0.74, 0.3), (0.42, 0.4), (0.08, 0.34)]
    leading = smooth([(0.04, -0.16), (0.26, -0.34), wrist, (0.74, -0.4), tips[0]], closed=False)
    scallops = [bow(a, b, wrist, 0.36) for a, b in pairwise(tips)]
    bones = [(bow(wrist, tip, (0.9, -0.4), 0.12), True) for tip in tips[1:3]]
    return [(np.vstack([leading, *scallops]), False), (leading, True), *bones]


def _bat_body(colours: Palette) -> list[Part]:
    ear = smooth([(0.03, -0.34), (0.09, -0.5), (0.2, -0.68), (0.22, -0.46), (0.19, -0.26)])
    inner = (ear - (0.145, -0.42)) * 0.58 + (0.15, -0.43)
    fang = np.array([(0.02, -0.115), (0.075, -0.115), (0.048, -0.03)])
    parts = [Part(smooth([(0.05, 0.4), (0.08, 0.54), (0.13, 0.4)]), colours.dark)]
    parts += [Part(ear, colours.dark), Part(inner, BLUSH)]
    parts += [Part(mirrored(part.points), part.colour) for part in parts]
    parts += [
        Part(ellipse(0, 0.16, 0.2, 0.34), colours.dark),
        Part(ellipse(0, 0.2, 0.125, 0.24), colours.light),
        Part(ellipse(0, -0.22, 0.235, 0.215), colours.dark),
    ]
    parts += eye(-0.1, -0.26, 0.068) + eye(0.1, -0.26, 0.068)
    return [*parts, Part(ellipse(0, -0.17, 0.035, 0.026), BLUSH), Part(fang, WHITE), Part(mirrored(fang), WHITE)]


def field_mouse(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a mouse from the side, with round ears and a long tail."""
    curl, plump, ear = rng.uniform(-0.3, 0.16), rng.uniform(-0.05, 0.05), rng.uniform(0.2, 0.25)
    tail = ribbon([(-0.5, 0.36), (-0.78, 0.42), (-0.95, 0.2), (-0.84, curl - 0.1), (-0.96, curl - 0.36)],
                  [0.1, 0.075, 0.06, 0.05, 0.025])  # fmt: skip
    body = smooth([(0.86, 0.24), (0.66, 0.0), (0.42, -0.16), (0.1, -0.26 - plump), (-0.3, -0.26 - plump),
                   (-0.62, 0.02), (-0.64, 0.34), (-0.4, 0.5), (0.1, 0.52), (0.5, 0.44), (0.78, 0.36)])  # fmt: skip
    belly = smooth([(0.62, 0.38), (0.3, 0.36), (-0.1, 0.32), (-0.44, 0.42), (-0.38, 0.5), (0.1, 0.515), (0.48, 0.44)])
    parts = [Part(tail, BLUSH), Part(ellipse(0.5, -0.3, ear * 0.92), colours.dark)]
    parts += [Part(ellipse(x, 0.53, 0.12, 0.05), BLUSH) for x in (-0.36, 0.36)]
    parts += [Part(body, colours.main), Part(belly, colours.light)]
    parts += [Part(arc(-0.3, 0.28, 0.24, 0.28, 180, 330), colours.dark, 0.03)]
    parts += [Part(ellipse(0.2, -0.32, ear), colours.main), Part(ellipse(0.2, -0.31, ear * 0.68), BLUSH)]
    parts += eye(0.56, 0.06, 0.07) + [Part(ellipse(0.86, 0.24, 0.065), BLUSH)]
    return parts + [Part(np.array([(0.7, 0.26), (0.56, y)]), INK, 0.016) for y in (0.2, 0.28, 0.36)]


def wading_crane(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a crane that stands on long legs, its neck in an S."""
    sway, dip = rng.uniform(-0.06, 0.08), rng.uniform(-0.04, 0.12)
    x, y = 0.44 + sway, -0.74 + dip
    neck = [(0.14, 0.06), (0.36, -0.1), (0.3, -0.36), (0.26 + sway, -0.58 + dip), (x, y)]
    beak = np.array([(x + 0.06, y - 0.05), (x + 0.46, y + 0.05), (x + 0.06, y + 0.06)])
    body = smooth([(0.34, -0.04), (0.1, -0.22), (-0.24, -0.14), (-0.52, 0.06), (-0.4, 0.2), (0.0, 0.26), (0.26, 0.16)])
    wing = smooth([(0.2, -0.08), (-0.1, -0.2), (-0.44, -0.02), (-0.74, 0.24), (-0.34, 0.2), (0.02, 0.14)])
    plumes = [ribbon([(-0.3, 0.02), (-0.62, 0.06), (-0.8, 0.3 + d)], [0.16, 0.14, 0.02]) for d in (0.0, 0.12, 0.24)]
    parts = _crane_legs(rng, colours) + [Part(plume, colours.dark) for plume in plumes]
    parts += [Part(body, CREAM), Part(wing, colours.main), Part(ribbon(neck, [0.24, 0.14, 0.1, 0.1, 0.12]), CREAM)]
    parts += [Part(bow((0.1, -0.04), (-0.46, 0.14), (-0.1, 0.14), 0.6), colours.dark, 0.03)]
    parts += [Part(beak, colours.accent), Part(ellipse(x, y, 0.115, 0.1), CREAM)]
    cap = arc(x, y, 0.115, 0.1, 185, 330)
    return [*parts, Part(cap, colours.main), Part(ellipse(x + 0.035, y, 0.024), INK)]


def _crane_legs(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Return one straight leg, and one that is straight or drawn up."""
    lines = [[(0.02, 0.2), (0.04, 0.56), (0.0, 0.96), (0.16, 0.97)]]
    lifted = [(-0.14, 0.2), (0.2, 0.46), (-0.12, 0.64), (-0.14, 0.72)]
    standing = [(-0.14, 0.2), (-0.2, 0.56), (-0.2, 0.96), (-0.04, 0.97)]
    lines.append(lifted if rng.random() < 0.5 else standing)
    return [Part(np.array(line), colours.dark, 0.05) for line in lines]


def swimming_bass(rng: np.random.Generator, colours: Palette) -> list[Part]:
    """Draw a bass from the side, its back fin spiny and its mouth open."""
    sway, deep = rng.uniform(-0.12, 0.12), rng.uniform(0.92, 1.1)
    tail = smooth([(-0.5, 0.0), (-0.72, -0.2 + sway), (-0.96, -0.4 + sway), (-0.84, sway), (-0.96, 0.4 + sway),
                   (-0.72, 0.2 + sway)])  # fmt: skip
    body = smooth([(0.84, -0.1), (0.56, -0.3), (0.2, -0.42), (-0.2, -0.34), (-0.6, -0.1), (-0.62, 0.1),
                   (-0.2, 0.3), (0.2, 0.38), (0.56, 0.3), (0.8, 0.2), (0.64, 0.06)]) * (1, deep)  # fmt: skip
    belly = smooth([(0.74, 0.21), (0.4, 0.17), (0.0, 0.16), (-0.6, 0.06), (-0.2, 0.29), (0.2, 0.37), (0.56, 0.29)])
    spikes = [(0.36, -0.34), (0.3, -0.6), (0.2, -0.5), (0.12, -0.66), (0.02, -0.52), (-0.08, -0.62), (-0.16, -0.46),
              (-0.28, -0.52), (-0.4, -0.2)]  # fmt: skip
    under = smooth([(-0.16, 0.26), (-0.4, 0.52), (-0.42, 0.2)])
    parts = [Part(tail, colours.dark), Part(np.array(spikes) * (1, deep), colours.dark), Part(under, colours.dark)]
    parts += [Part(body, colours.main), Part(belly * (1, deep), colours.light)]
    parts += [Part(ellipse(x, -0.05, 0.075, 0.05), colours.dark) for x in (-0.46, -0.28, -0.1, 0.08)]
    parts += [Part(arc(0.3, 0.0, 0.14, 0.26, -80, 80), colours.dark, 0.035)]
    parts += [Part(smooth([(0.2, 0.1), (0.0, 0.16), (-0.08, 0.3), (0.1, 0.26)]), colours.accent)]
    return parts + eye(0.56, -0.12, 0.085) + _bubbles(rng, colours)


def _bubbles(rng: np.random.Generator, colours: Palette) -> list[Part]:
    parts = []
    for y, radius in ((-0.3, 0.045), (-0.5, 0.065), (-0.76, 0.085)):
        x = rng.uniform(0.78, 0.92)
        parts += [Part(ellipse(x, y, radius), colours.light), Part(ellipse(x - 0.02, y - 0.02, radius * 0.45), WHITE)]
    return parts


ANIMALS = {
    "bat (animal)": flying_bat,
    "mouse (animal)": field_mouse,
    "crane (bird)": wading_crane,
    "bass (fish)": swimming_bass,
}
