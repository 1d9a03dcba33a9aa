"""What each entry of a manifest has to be, so that whoever shows it need not look again."""

import math
from collections.abc import Callable, Mapping
from typing import Any

_Check = Callable[[Any], bool]


def is_count(value: Any) -> bool:
    """Return whether a value is a whole number of at least 0; True and False are none."""
    return type(value) is int and value >= 0


def is_number(value: Any, lowest: float = -math.inf, highest: float = math.inf) -> bool:
    """Return whether a value is a finite number in that range; True and False are none."""
    return type(value) in (int, float) and math.isfinite(value) and lowest <= value <= highest


def is_text(value: Any) -> bool:
    """Return whether a value is text that a file can hold."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _list_of(check: _Check) -> _Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _mapping_to(check: _Check) -> _Check:
    return lambda value: isinstance(value, dict) and all(map(is_text, value)) and all(map(check, value.values()))


def _maybe(check: _Check) -> _Check:
    return lambda value: value is None or check(value)


def _is_share(value: Any) -> bool:
    return is_number(value, 0, 1)


def _is_amount(value: Any) -> bool:
    return is_number(value, 0)


def _is_option(value: Any) -> bool:
    return is_text(value) or is_number(value)


def _are_fewer(kept: Any, count: int) -> bool:
    return is_count(kept) and kept < count


def _is_left_out(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_option, value.values()))


_ENTRIES: Mapping[str, _Check] = {
    "classes": _list_of(is_text),
    "config": lambda value: isinstance(value, dict),
    "dataset": lambda value: isinstance(value, dict),
    "n_train": is_count,
    "n_test": is_count,
    "evaluation": lambda value: isinstance(value, dict),
    "command": is_text,
    "versions": _mapping_to(is_text),
    "files": _mapping_to(is_text),
    "seconds": _maybe(_mapping_to(_is_amount)),  # of the run, where measured
    "saved_seconds": _maybe(_is_amount),  # by features that were kept from before
    "peak_mb": _maybe(_is_amount),
}
_OF_DATASET: Mapping[str, _Check] = {
    "name": is_text,
    "source": is_text,
    "licence": is_text,
    "options": _mapping_to(_is_option),
    "fingerprint": is_text,
    "limits": _maybe(_mapping_to(_is_share)),
    "notes": _list_of(is_text),
    "left_out": _list_of(_is_left_out),
    "left_out_kinds": _maybe(_mapping_to(is_count)),  # older models have none
}


def unusable(manifest: Mapping[str, Any]) -> str | None:
    """Return the name of the first entry that is missing or not what it should be."""
    for checks, place in ((_ENTRIES, manifest), (_OF_DATASET, manifest.get("dataset"))):
        for name, check in checks.items():
            if not isinstance(place, dict) or not check(place.get(name)):
                return name
    if "limits" not in manifest["dataset"]:
        return "limits"
    if "kept_train" in manifest and not _are_fewer(manifest["kept_train"], manifest["n_train"]):
        return "kept_train"  # of the training pairs, where they are too many to name all
    limits, heads = manifest["dataset"]["limits"], manifest["evaluation"].get("heads")
    known = isinstance(heads, dict) and (limits is None or limits.keys() >= heads.keys())
    return None if known and is_count(manifest["evaluation"].get("n")) else "limits or evaluation"
