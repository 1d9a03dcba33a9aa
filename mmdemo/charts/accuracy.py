"""Charts of accuracies: of one model's heads, and what each modality adds; with axes and units."""

from collections.abc import Mapping

import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.bars import accuracy_words as accuracy_words
from mmdemo.charts.heads import head_colour, head_scale
from mmdemo.charts.rows import names_axis
from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.sentences import noun, points, titles_of
from mmdemo.explanation.palette import NEUTRAL

_NAMES = names_axis(140)
_AROUND = 100  # pixels of title, axis and its name
_TITLE = "Pairs answered correctly"
_LINE = "Line: likely range (95 % interval)"


def accuracy_chart(
    accuracy: Mapping[str, tuple[float, tuple[float, float]]],
    limits: Mapping[str, float] | None = None,
    basis: str = "",
) -> alt.LayerChart:
    """Return each head's accuracy on held-out pairs with its 95 % interval, and the best possible where it is known.

    accuracy: head → (accuracy, (low, high)), all 0–1. limits: head → 0–1. basis: what was measured.
    """
    titles = titles_of(accuracy)
    rows = [(titles[head], share, *interval) for head, (share, interval) in accuracy.items()]
    frame = pd.DataFrame(rows, columns=["head", "accuracy", "low", "high"])
    frame["shown"] = [f"{share:.1%}" for share in frame["accuracy"]]
    frame["end"] = [max(high, (limits or {}).get(head, high)) for head, (_, (_, high)) in accuracy.items()]
    base = alt.Chart(frame).encode(y=alt.Y("head:N", sort=frame["head"].tolist(), title=None, axis=_NAMES))
    layers = [
        base.mark_bar(height={"band": 0.62}, cornerRadiusEnd=3).encode(
            x=_share(),
            color=alt.Color("head:N", scale=head_scale(accuracy), legend=None),
            tooltip=_tooltip(),
        ),
        base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=6, fontWeight="bold").encode(x="end:Q", text="shown:N"),
    ]
    if limits:
        frame["limit"] = [limits[head] for head in accuracy]
        layers.append(base.mark_tick(thickness=3, size=30, color=NEUTRAL).encode(x="limit:Q"))
    below = [line for line in (basis, _LINE, "Grey tick: the best possible" if limits else "") if line]
    title = alt.Title(_TITLE, subtitle=below)
    return alt.LayerChart(layer=layers, title=title, height=40 * len(frame) + _AROUND + 18 * len(below))


def adds_chart(adds: Mapping[str, Added], basis: str = "") -> alt.LayerChart:
    """Return what each modality adds to the others, in percentage points, with its 95 % interval and a line at 0.

    adds: modality → what it adds. basis: what was measured.
    """
    rows = [(noun(name).capitalize(), one.accuracy, *one.ci95) for name, one in adds.items()]
    frame = pd.DataFrame(rows, columns=["modality", "points", "low", "high"])
    frame[["points", "low", "high"]] *= 100
    frame["shown"] = [points(one.accuracy) for one in adds.values()]
    x = alt.X("points:Q", title="Added to the model without it (percentage points)", axis=alt.Axis(tickCount=6))
    base = alt.Chart(frame).encode(y=alt.Y("modality:N", sort=frame["modality"].tolist(), title=None, axis=_NAMES), x=x)
    colours = alt.Scale(domain=frame["modality"].tolist(), range=[head_colour(name) for name in adds])
    layers = [
        alt.Chart(pd.DataFrame({"points": [0]})).mark_rule(color=NEUTRAL, strokeDash=[5, 4]).encode(x=x),
        base.mark_rule(strokeWidth=2, color=NEUTRAL).encode(x=alt.X("low:Q"), x2="high:Q"),
        base.mark_circle(size=140, opacity=1).encode(
            color=alt.Color("modality:N", scale=colours, legend=None),
            tooltip=[
                alt.Tooltip("modality:N", title="Modality"),
                alt.Tooltip("points:Q", title="Adds, points", format="+.1f"),
                alt.Tooltip("low:Q", title="95 % interval from", format="+.1f"),
                alt.Tooltip("high:Q", title="to", format="+.1f"),
            ],
        ),
        base.mark_text(dy=-16, fontWeight="bold").encode(text="shown:N"),
    ]
    title = alt.Title("What each modality adds", subtitle=[*([basis] if basis else []), _LINE])
    return alt.LayerChart(layer=layers, title=title, height=64 * len(frame) + _AROUND + 36)  # a subtitle, as above


def _share() -> alt.Spec:
    axis = alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    scale = alt.Scale(domain=[0, 1.3], nice=False)  # room for "100.0%" beside a full bar, on a phone too
    return alt.X("accuracy:Q", title="Pairs answered correctly (%)", scale=scale, axis=axis)


def _tooltip() -> list[alt.Spec]:
    return [
        alt.Tooltip("head:N", title="Model"),
        alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%"),
        alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
        alt.Tooltip("high:Q", title="to", format=".1%"),
    ]
