"""Altair charts of predictions, explanations and evaluations; every one has a title, axis names and units."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from mmdemo.explanation.explain import Explanation

HEAD_TITLES = {"image": "Picture alone", "text": "Words alone", "fused": "Both (fused)"}
HEAD_COLOURS = ("#2a78d6", "#c98500", "#1a936f")  # image, text, both: told apart by colour-blind eyes
FOR_COLOUR, AGAINST_COLOUR = "#2a78d6", "#e06c00"
_NEUTRAL = "#7d8799"
_NAMES = alt.Axis(labelLimit=140, labelOverlap=False)
_ROW, _AROUND = 25, 100  # pixels: of a row, and of title, axis and its name


def confidence_chart(
    classes: Sequence[str], probabilities: np.ndarray, head: str, order: Sequence[str]
) -> alt.LayerChart:
    """Return sorted bars of one head's probabilities (k,) on a fixed axis from 0 to 1, with the values printed.

    order: the classes from top to bottom, the same in charts that stand side by side.
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
            color=alt.value(_head_colour(head)),
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
    return alt.LayerChart(layer=[bars, *texts], title=HEAD_TITLES.get(head, head), height=height)


def waterfall_chart(
    explanation: Explanation, label: str, most_words: int = 8, title: str | None = None
) -> alt.LayerChart:
    """Return the parts of one class's logit, each starting where the one before ended, down to the logit itself.

    The strongest `most_words` words have bars of their own; the others share one, so that everything still adds up.
    title: by default "What adds up to the logit of …".
    """
    steps = waterfall_steps(explanation, label, most_words)
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
        scale=alt.Scale(domain=["for", "against", "sum"], range=[FOR_COLOUR, AGAINST_COLOUR, _NEUTRAL]),
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


def waterfall_steps(explanation: Explanation, label: str, most_words: int = 8) -> list[tuple[str, float]]:
    """Return (name, part) of one class's logit, in order; the parts sum to the logit, and no name comes twice."""
    k = explanation.classes.index(label)
    steps = [("starting point", float(explanation.intercept[k]))]
    if explanation.cells is not None:
        steps.append(("picture", float(explanation.cells[k].sum())))
        if explanation.border[k]:
            steps.append(("white border", float(explanation.border[k])))
    elif "image" in explanation.totals:
        steps.append(("picture", float(explanation.totals["image"][k])))
    if "text" in explanation.totals and not explanation.words:
        steps.append(("words", float(explanation.totals["text"][k])))
    parts = explanation.word_parts[k]
    strongest = sorted(np.argsort(-np.abs(parts), kind="stable")[:most_words])
    names = _told_apart([explanation.words[i] for i in strongest])
    steps += [(f"“{name}”", float(parts[i])) for name, i in zip(names, strongest, strict=True)]
    if len(parts) > most_words:
        steps.append((f"{len(parts) - most_words} other words", float(parts.sum() - parts[strongest].sum())))
    return steps


def _told_apart(words: Sequence[str]) -> list[str]:
    # A chart has one row a name: the second "red" becomes "red (2)".
    seen: dict[str, int] = {}
    names = []
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        names.append(word if seen[word] == 1 else f"{word} ({seen[word]})")
    return names


def accuracy_chart(
    accuracy: Mapping[str, tuple[float, tuple[float, float]]],
    limits: Mapping[str, float] | None = None,
    basis: str = "",
) -> alt.LayerChart:
    """Return each head's accuracy on held-out pairs with its 95 % interval, and the best possible where it is known.

    accuracy: head → (accuracy, (low, high)), all 0–1. limits: head → 0–1. basis: what it was measured on.
    """
    rows = [(HEAD_TITLES.get(head, head), share, *interval) for head, (share, interval) in accuracy.items()]
    frame = pd.DataFrame(rows, columns=["head", "accuracy", "low", "high"])
    frame["shown"] = [f"{share:.1%}" for share in frame["accuracy"]]
    base = alt.Chart(frame).encode(y=alt.Y("head:N", sort=frame["head"].tolist(), title=None, axis=_NAMES))
    layers = [
        base.mark_bar(height={"band": 0.62}, cornerRadiusEnd=3).encode(
            x=alt.X(
                "accuracy:Q",
                title="Held-out pairs answered right (%)",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=5),
            ),
            color=alt.Color("head:N", scale=_head_scale(list(accuracy)), legend=None),
            tooltip=[
                alt.Tooltip("head:N", title="Head"),
                alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%"),
                alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
                alt.Tooltip("high:Q", title="to", format=".1%"),
            ],
        ),
        base.mark_rule(strokeWidth=2, color=_NEUTRAL).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=6, fontWeight="bold").encode(x="high:Q", text="shown:N"),
    ]
    if limits:
        frame["limit"] = [limits[head] for head in accuracy]
        layers.append(base.mark_tick(thickness=3, size=30, color=_NEUTRAL).encode(x="limit:Q"))
    below = [line for line in (basis, "Grey tick: the best possible" if limits else "") if line]
    title = alt.Title("Accuracy with 95 % interval", subtitle=below)
    return alt.LayerChart(layer=layers, title=title, height=40 * len(frame) + _AROUND + 18 * len(below))


def _head_scale(heads: Sequence[str]) -> alt.Scale:
    return alt.Scale(
        domain=[HEAD_TITLES.get(head, head) for head in heads], range=[_head_colour(head) for head in heads]
    )


def _head_colour(head: str) -> str:
    return dict(zip(HEAD_TITLES, HEAD_COLOURS, strict=True)).get(head, _NEUTRAL)
