"""The map of a whole dataset."""

import pandas as pd

from mmdemo.charts import grammar as alt

_PLACED = ("x", "y", "id", "label")


def map_chart(points: pd.DataFrame, title: str, axes: tuple[str, str], chosen: str) -> alt.Chart:
    """Return pairs as points, coloured by label, with tooltips, that can be clicked.

    points: columns x, y, id and label; all others are shown in the tooltip under their names, one named image (of data
    URIs) as an image. axes: names of x and y. chosen: id of the pair to mark. The selection is called "picked"; a click
    on a label in the legend fades the others.
    """
    label = alt.selection_point(name="label", fields=["label"], bind="legend")
    picked = alt.selection_point(name="picked", fields=["id"], on="click", toggle=False, clear=False)
    told = [name for name in points.columns if name not in _PLACED]
    plain = alt.Axis(labels=False, ticks=False, grid=False, domain=False)
    return (
        alt.Chart(points.assign(chosen=points["id"] == chosen).sort_values("chosen"))
        .mark_circle()
        .encode(
            x=alt.X("x:Q", title=axes[0], axis=plain, scale=alt.Scale(zero=False, nice=False, padding=12)),
            y=alt.Y("y:Q", title=axes[1], axis=plain, scale=alt.Scale(zero=False, nice=False, padding=12)),
            color=alt.Color(
                "label:N",
                scale=alt.Scale(domain=sorted(points["label"].unique())),
                legend=alt.Legend(orient="bottom", columns=4, title=None, symbolLimit=60),
            ),
            size=alt.condition("datum.chosen", alt.value(320), alt.value(70)),
            stroke=alt.condition("datum.chosen", alt.value("#e0245e"), alt.value(None)),
            strokeWidth=alt.condition("datum.chosen", alt.value(4), alt.value(0)),
            opacity=alt.condition(label, alt.value(0.85), alt.value(0.08)),
            tooltip=[alt.Tooltip(f"{name}:N", title=name) for name in told] + [alt.Tooltip("label:N", title="Label")],
        )
        .add_params(label, picked)
        .properties(title=title, height=640)
    )
