"""What bar charts with named rows share."""

from collections.abc import Sequence

from mmdemo.charts import grammar as alt


def names_axis(limit: int = 150, angle: float = 0) -> alt.Spec:
    """Return an axis of names, each shown whole up to `limit` pixels; angle: of the names, in degrees."""
    return alt.Axis(labelLimit=limit, labelOverlap=False, labelAngle=angle)


def told_apart(names: Sequence[str]) -> list[str]:
    """Return the names made unique, because a chart has one row for each name.

    >>> told_apart(["red", "car", "red"])
    ['red', 'car', 'red (2)']
    """
    seen: dict[str, int] = {}
    shown = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        shown.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return shown
