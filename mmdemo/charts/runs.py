"""Charts of a run in progress."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mmdemo.charts import grammar as alt

_COLOURS = ("#7a5cc4", "#b3477d")  # accuracy, loss: not those of images, captions and both


def epochs_chart(epochs: Sequence[Mapping[str, Any]]) -> alt.LayerChart:
    """Return a network's loss (left axis) and accuracy (right axis) after each epoch of its latest training.

    epochs: events of `fit_reporting`, oldest first; a run may train several networks, each from epoch 1 on.
    """
    rows = latest_training(epochs)
    frame = pd.DataFrame([{name: event[name] for name in ("epoch", "loss", "accuracy")} for event in rows])
    x = alt.X(
        "epoch:Q", title="Epoch", scale=alt.Scale(domain=[1, max(rows[-1]["epochs"], 2)]), axis=alt.Axis(tickMinStep=1)
    )
    loss = (
        alt.Chart(frame)
        .mark_line(point={"color": _COLOURS[1]}, color=_COLOURS[1])
        .encode(
            x=x,
            y=alt.Y("loss:Q", title="Loss (nats)", scale=alt.Scale(zero=True), axis=alt.Axis(titleColor=_COLOURS[1])),
        )
    )
    accuracy = (
        alt.Chart(frame)
        .mark_line(point={"color": _COLOURS[0]}, color=_COLOURS[0])
        .encode(
            x=x,
            y=alt.Y(
                "accuracy:Q",
                title="Accuracy (0–1)",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(titleColor=_COLOURS[0]),
            ),
        )
    )
    layers = alt.layer(loss, accuracy).resolve_scale(y="independent")
    return layers.properties(title="The network on its training images", height=260)


def latest_training(epochs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the epochs since the last one with number 1."""
    start = max(i for i, event in enumerate(epochs) if event["epoch"] == 1 or i == 0)
    return list(epochs[start:])
