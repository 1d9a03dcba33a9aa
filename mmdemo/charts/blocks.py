"""Names and colours of the fused vector's blocks, the same in every chart."""

from collections.abc import Sequence

import altair as alt

from mmdemo.charts.heads import HEAD_COLOURS
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder
from mmdemo.explanation.palette import NEUTRAL
from mmdemo.walkthrough.fused import FusedWalk

IMAGE, WORDS, VECTORS = HEAD_COLOURS[0], HEAD_COLOURS[1], "#b04a2f"
_OF_ENCODERS = {TfidfEncoder.name: WORDS, WordVectorEncoder.name: VECTORS}
LEGEND = alt.Legend(orient="bottom", direction="vertical", columns=1, labelLimit=320, title=None)


def titles(walk: FusedWalk) -> list[str]:
    """Return each block's name."""
    return [block.columns.title for block in walk.blocks]


def titles_with_lengths(walk: FusedWalk) -> list[str]:
    """Return each block's name, with its number of features."""
    return [f"{block.columns.title}: {len(block.values):,} numbers" for block in walk.blocks]


def colours(walk: FusedWalk) -> list[str]:
    """Return each block's colour."""
    return [
        IMAGE if block.columns.modality == "image" else _OF_ENCODERS.get(block.columns.encoder, NEUTRAL)
        for block in walk.blocks
    ]


def block_colour(names: Sequence[str], shades: Sequence[str]) -> alt.Color:
    """Return the encoding of the column "block" by colour, with its legend."""
    return alt.Color("block:N", scale=alt.Scale(domain=names, range=shades), sort=names, legend=LEGEND)
