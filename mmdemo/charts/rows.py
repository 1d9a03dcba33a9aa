"""What bar charts with named rows share."""

from typing import Any

from mmdemo.charts import grammar as alt
from mmdemo.explanation.steps import told_apart

__all__ = ["names_axis", "told_apart"]


def names_axis(limit: int = 150, angle: float = 0, **more: Any) -> alt.Spec:
    """Return an axis of names, each shown whole up to `limit` pixels; angle: of the names, in degrees."""
    return alt.Axis(**{"labelLimit": limit, "labelOverlap": False, "labelAngle": angle, **more})
