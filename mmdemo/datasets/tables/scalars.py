"""Write a value as a person would in a cell."""

import datetime
import decimal
import json
import math
from typing import Any

_EXACT = 10**15  # whole numbers below it are exact as floats, and what spreadsheets show in full


def written(value: Any) -> str:
    """Return a value as text: numbers without `.0`, dates as in ISO 8601, "" for none, other things as JSON.

    >>> written(12.0), written(0.1 + 0.2), written(True), written(datetime.datetime(2024, 5, 1)), written([1, "é"])
    ('12', '0.3', 'true', '2024-05-01', '[1, "é"]')
    """
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | decimal.Decimal():
            return str(value)
        case float():
            return _number(value)
        case datetime.date() | datetime.time():
            return _moment(value)
        case datetime.timedelta():
            return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else f"{value:.15g}"


def _moment(value: datetime.date | datetime.time) -> str:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat().replace("T", " ")
