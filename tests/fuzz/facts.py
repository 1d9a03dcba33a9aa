"""Manifests that stay JSON and sealed, with any entry replaced by any value: what pages and cards make of them."""

import hashlib
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.manifest import MANIFEST
from mmdemo.bundles.summary import ModelSummary, summarise
from mmdemo.errors import BundleError
from mmdemo.report.card import model_card
from mmdemo.studies.study import KINDS
from tests.fuzz.bundles import ZEROS, small_model
from tests.fuzz.target import Reader, Target, all_tried

_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    3,
    10**18,
    0.5,
    -0.5,
    1.5,
    1e308,
    5e-324,
    "",
    "x",
    "\0",
    "猫" * 300,
    "\ud800",
    "ball",
    "text",
    "image",
    "fused",
    "none",
    "tfidf",
    [],
    {},
    [0, 1],
    ["ball", "box", "flag"],
    {"text": 1},
    {"a": "b"},
    [[]],
    "../x",
)
_CHANGE = 3  # bytes: two for the entry, one for what takes its place


def _entries(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the paths of all entries of a JSON value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from _entries(one, (*path, key))


def _change(manifest: Any, which: int, value: int) -> None:
    """Replace one entry; some values stand for removing it, and for a new one beside it."""
    entries = list(_entries(manifest))
    *way, last = entries[which % len(entries)]
    place = manifest
    for key in way:
        place = place[key]
    if value == 255:
        del place[last]
    elif value == 254 and isinstance(place, dict):
        place["more"] = deepcopy(place[last])
    else:
        place[last] = deepcopy(_VALUES[value % len(_VALUES)])


def _made(data: bytes) -> bytes:
    manifest = json.loads(small_model()[MANIFEST])
    for at in range(0, len(data) - _CHANGE + 1, _CHANGE):
        if manifest:
            _change(manifest, int.from_bytes(data[at : at + 2], "big"), data[at + 2])
    whole = json.dumps(manifest, indent=1).encode()
    return whole.replace(ZEROS, hashlib.sha256(whole).hexdigest().encode())


def _show(summary: ModelSummary) -> None:
    """Have everything said that the Models page says."""
    said = [summary.data, summary.fingerprint, summary.command, summary.verdict()]
    said += [*summary.encoders().values(), *summary.preparation().values(), *summary.evaluation.notes()]
    assert all(isinstance(one, str) for one in said)
    assert f"{summary.seconds or 0:.0f} {summary.megabytes or 0:.0f} {summary.size}"
    "".join(said).encode()


def _study(bundle: Bundle) -> None:
    """Have said what the Evaluate page says before a study."""
    assert bundle.evaluation.verdict() and all(kind.seconds(bundle) > 0 for kind in KINDS.values())


def _read(folder: Path) -> Reader:
    model = folder / "model"
    model.mkdir()
    for name, content in small_model().items():
        (model / name).write_bytes(content)

    def read(data: bytes) -> None:
        (model / MANIFEST).write_bytes(_made(data))
        readers = (
            lambda _: _show(summarise(model)),
            lambda _: _study(load(model)),
            lambda _: model_card(model_facts(model), "it").encode(),
        )
        all_tried(data, *readers)

    return read


def _seeds() -> list[bytes]:
    count = len(list(_entries(json.loads(small_model()[MANIFEST]))))
    return [
        b"",
        *(number.to_bytes(2, "big") + bytes([number * 7 % 256]) for number in range(count)),
        b"\0\0\xff",
        b"\0\1\xfe",
    ]


FACTS = Target(_read, _seeds, longest=30, refusals=(BundleError,))
