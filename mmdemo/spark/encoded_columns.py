"""The names of the columns of encoded rows."""

WHY = ("reason", "remedy", "kind")
"""Columns that say why a row is left out; null in a row that is not."""


def missing_column(modality: str) -> str:
    """Return the column that says whether a row lacks a modality."""
    return f"missing_{modality}"


def value_column(modality: str) -> str:
    """Return the column of the values that encoders which learn need again, in UTF-8."""
    return f"value_{modality}"


def digest_column(modality: str) -> str:
    """Return the column of what a value is recognised by."""
    return f"digest_{modality}"


def tie_column(modality: str) -> str:
    """Return the column of keys: pairs of equal ones stay together."""
    return f"tie_{modality}"


def repeat_column(modality: str) -> str:
    """Return the column of keys: equal where a value stands twice."""
    return f"repeat_{modality}"


def look_column(modality: str) -> str:
    """Return the column of what a value shows, float32."""
    return f"look_{modality}"


def features_column(modality: str, place: int) -> str:
    """Return the column of a frozen part's features, float32."""
    return f"features_{modality}_{place}"
