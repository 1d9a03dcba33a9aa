"""Charts of one answer: every class's probability, and what adds up to a logit; each has a title, axes and units."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.heads import head_colour
from mmdemo.charts.rows import names_axis, told_apart
from mmdemo.encoders.evidence import Part
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL
from mmdemo.explanation.strongest import strongest
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.shortened import shortened

_NAMES = names_axis(140)
_ROW, _AROUND = 25, 100  # pixels: of a row, and of title, axis and its name


def confidence_chart(
    classes: Sequence[str], probabilities: np.ndarray, head: str, order: Sequence[str], title: str
) -> alt.LayerChart:
    """Return sorted bars of one head's probabilities (k,) on a fixed axis from 0 to 1, with the values printed.

    order: the classes from top to bottom, the same in charts that stand side by side. title: of the head.
    """
    frame = pd.DataFrame({"class": list(classes), "probability": probabilities})
    frame["shown"] = [f"{value:.1%}" for value in probabilities]
    frame["best"] = probabilities == probabilities.max()
    bars = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=3, height={"band": 0.72})
        .encode(
            x=alt.X(
                "probability:Q", title="Probability (0–1)", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)
            ),
            y=alt.Y("class:N", title=None, sort=list(order), axis=_NAMES),
            color=alt.value(head_colour(head)),
            opacity=alt.condition("datum.best", alt.value(1.0), alt.value(0.45)),
            tooltip=[
                alt.Tooltip("class:N", title="Class"),
                alt.Tooltip("probability:Q", title="Probability", format=".4f"),
            ],
        )
    )
    # Printed inside the axis when the bar is long, beside its end when it is short.
    long, short = frame["probability"] > 0.75, frame["probability"] <= 0.75
    labels = [
        alt.Chart(frame[long]).mark_text(align="right", dx=-6, color="white", fontWeight="bold"),
        alt.Chart(frame[short]).mark_text(align="left", dx=5),
    ]
    texts = [label.encode(x="probability:Q", y=alt.Y("class:N", sort=list(order)), text="shown:N") for label in labels]
    height = _ROW * len(classes) + _AROUND
    return alt.LayerChart(layer=[bars, *texts], title=title, height=height)


def waterfall_chart(
    explanation: Explanation, label: str, most_units: int = 8, title: str | None = None
) -> alt.LayerChart:
    """Return the parts of one class's logit, each starting where the previous one ended, down to the logit itself.

    The strongest `most_units` words of a caption have bars of their own; the others share one, so that everything
    still adds up; likewise for other units that are listed.
    title: by default "What adds up to the logit of …".
    """
    steps = waterfall_steps(explanation, label, most_units)
    ends = np.cumsum([part for _, part in steps])
    rows = [
        (name, end - part, end, part, "for" if part >= 0 else "against")
        for (name, part), end in zip(steps, ends, strict=True)
    ]
    rows.append(("= logit", 0.0, float(ends[-1]), float(ends[-1]), "sum"))
    frame = pd.DataFrame(rows, columns=["part", "start", "end", "value", "kind"])
    frame["shown"] = [f"{value:+.2f}".replace("-", "−") for value in frame["value"]]
    frame["right"] = frame[["start", "end"]].max(axis=1)
    order = frame["part"].tolist()
    span = max(frame[["start", "end"]].to_numpy().max() - min(frame[["start", "end"]].to_numpy().min(), 0), 1e-9)
    domain = [min(float(frame[["start", "end"]].to_numpy().min()), 0.0), float(frame["right"].max()) + 0.16 * span]
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=["for", "against", "sum"], range=[FOR, AGAINST, NEUTRAL]),
        legend=None,
    )
    base = alt.Chart(frame).encode(y=alt.Y("part:N", sort=order, title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadius=2).encode(
        x=alt.X("start:Q", title="Logit (sum of all parts so far)", scale=alt.Scale(domain=domain)),
        x2="end:Q",
        color=colour,
        tooltip=[alt.Tooltip("part:N", title="Part"), alt.Tooltip("value:Q", title="Adds", format="+.4f")],
    )
    texts = base.mark_text(align="left", dx=4).encode(x="right:Q", text="shown:N")
    title = title or f"What adds up to the logit of “{label}”"
    return alt.LayerChart(layer=[bars, texts], title=title, height=_ROW * len(frame) + _AROUND)


def waterfall_steps(explanation: Explanation, label: str, most_units: int = 8) -> list[tuple[str, float]]:
    """Return (name, part) of one class's logit, in order; the parts sum to the logit, and names are unique."""
    k = explanation.classes.index(label)
    steps = [("starting point", float(explanation.intercept[k]))]
    for name, part in explanation.parts.items():
        modality = MODALITIES[name]
        if not part.units:
            steps.append((modality.noun, float(part.total[k])))
        elif modality.units.summed_as is None:
            steps += _listed(part, k, most_units, modality.units.nouns)
        else:
            steps += _summed(part, k, modality.units.summed_as)
    names = told_apart([name for name, _ in steps])
    return [(name, part) for name, (_, part) in zip(names, steps, strict=True)]


def _listed(part: Part, k: int, most: int, nouns: str) -> list[tuple[str, float]]:
    values = part.values[k]
    shown = strongest(values, most)
    names = told_apart([shortened(str(part.units[i])) for i in shown])
    steps = [(f"“{name}”", float(values[i])) for name, i in zip(names, shown, strict=True)]
    if len(values) > most:
        steps.append((f"{len(values) - most:,} other {nouns}", float(values.sum() - values[shown].sum())))
    return steps


def _summed(part: Part, k: int, summed_as: Callable[[Any], str]) -> list[tuple[str, float]]:
    sums: dict[str, float] = {}
    for unit, value in zip(part.units, part.values[k], strict=True):
        name = summed_as(unit)
        sums[name] = sums.get(name, 0.0) + float(value)
    return [(name, value) for name, value in sums.items() if value]
