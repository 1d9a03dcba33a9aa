"""The map of a whole dataset."""

import pandas as pd

from mmdemo.charts import grammar as alt

_PLACED = ("x", "y", "id", "label")
MOST_COLOURED = 12  # labels that have a colour each
_OTHERS, _OWN, _GREY = "all other labels", "#4f46e5", "#a9b1c0"


def map_chart(points: pd.DataFrame, title: str, axes: tuple[str, str], chosen: str) -> alt.Chart:
    """Return pairs as points, coloured by label, with tooltips, that can be clicked; of very many labels, by one.

    points: columns x, y, id and label; all others are shown in the tooltip under their names, one named image (of data
    URIs) as an image. axes: names of x and y. chosen: id of the pair to mark. The selection is called "picked"; a click
    on a label in the legend fades the others.
    """
    label = alt.selection_point(name="label", fields=["colour"], bind="legend")
    picked = alt.selection_point(name="picked", fields=["id"], on="click", toggle=False, clear=False)
    told = [name for name in points.columns if name not in _PLACED]
    shown, colours = _coloured(points.assign(chosen=points["id"] == chosen))
    plain = alt.Axis(labels=False, ticks=False, grid=False, domain=False)
    return (
        alt.Chart(shown)
        .mark_circle()
        .encode(
            x=alt.X("x:Q", title=axes[0], axis=plain, scale=alt.Scale(zero=False, nice=False, padding=12)),
            y=alt.Y("y:Q", title=axes[1], axis=plain, scale=alt.Scale(zero=False, nice=False, padding=12)),
            color=alt.Color(
                "colour:N",
                scale=colours,
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


def _coloured(points: pd.DataFrame) -> tuple[pd.DataFrame, alt.Spec]:
    """Return the points in the order in which they are drawn, with what colours them, and the scale of colours."""
    labels = sorted(points["label"].unique())
    if len(labels) <= MOST_COLOURED:
        return points.assign(colour=points["label"]).sort_values("chosen"), alt.Scale(domain=labels)
    own = points.loc[points["chosen"], "label"].tolist()[:1]
    alike = points["label"].isin(own)
    found = points.assign(colour=points["label"].where(alike, _OTHERS), order=alike + 0 + points["chosen"])
    scale = alt.Scale(domain=[*own, _OTHERS], range=[*[_OWN] * len(own), _GREY])
    return found.sort_values("order").drop(columns="order"), scale
