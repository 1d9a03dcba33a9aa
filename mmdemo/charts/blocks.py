"""Names and colours of the fused vector's blocks, the same in every chart."""

from collections.abc import Sequence

from mmdemo.charts import grammar as alt
from mmdemo.charts.heads import head_colour
from mmdemo.walkthrough.fused import FusedWalk

SECOND, THIRD = "#b04a2f", "#1f7a68"
"""Of a modality's second block and of later ones, where its encoder puts several side by side."""
LEGEND = alt.Legend(orient="bottom", direction="vertical", columns=1, labelLimit=320, title=None)


def titles(walk: FusedWalk) -> list[str]:
    """Return each block's name."""
    return [block.columns.title for block in walk.blocks]


def titles_with_lengths(walk: FusedWalk) -> list[str]:
    """Return each block's name, with its number of features."""
    return [f"{block.columns.title}: {len(block.values):,} numbers" for block in walk.blocks]


def colours(walk: FusedWalk) -> list[str]:
    """Return each block's colour: its modality's, or another one for all but the first block of a modality."""
    modalities = [block.columns.modality for block in walk.blocks]
    places = [modalities[:place].count(modality) for place, modality in enumerate(modalities)]
    return [(head_colour(name), SECOND, THIRD)[min(place, 2)] for name, place in zip(modalities, places, strict=True)]


def block_colour(names: Sequence[str], shades: Sequence[str]) -> alt.Spec:
    """Return the encoding of the column "block" by colour, with its legend."""
    return alt.Color("block:N", scale=alt.Scale(domain=names, range=shades), sort=names, legend=LEGEND)
