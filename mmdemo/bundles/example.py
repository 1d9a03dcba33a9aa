"""One worked example, kept beside a model of everyday things, so that a page can show it without the model."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmdemo.bundles.files import EXAMPLE
from mmdemo.bundles.manifest import read_manifest
from mmdemo.encoders.evidence import Part, with_cells
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.explanation.heat_map import painted
from mmdemo.explanation.removal import Removals
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.doubts import Caution
from mmdemo.model.model import Model, Prediction
from mmdemo.preprocess.thumbnail import jpeg
from mmdemo.storage.reading import read_bytes, sha256
from mmdemo.storage.strict_json import read_json

PAIR = "Car"
"""The name of the drawn pair that is worked through.

Image alone and caption alone give different answers; both together are right, with 90 % or more; and the caption's
two words of content count for one class each, as anyone would expect ("jaguar" for animals, "road" for vehicles), and
each more than twice as much as any of its little words. `tests/test_showcase.py` holds it to that.
"""
EVERYDAY_THINGS = "stamps"  # the dataset whose classes the drawn pairs belong to
_MOST_BYTES = 2_000_000
_DIGITS = 7


@dataclass(frozen=True)
class Example:
    """A pair, the answer, and what it consists of.

    shown: modality → what the pair holds: text, or the bytes of a JPEG. painted: modality → the same image as a JPEG,
    tinted by what its cells add to the answer's lead over the runner-up. explained: without evidence.
    """

    shown: Mapping[str, str | bytes]
    answer: Prediction
    explained: Explanation
    painted: Mapping[str, bytes]


def worked_example(model: Model, dataset: str) -> Example | None:
    """Return the example as the model answers it; None for a model of other things than the drawn pairs show."""
    from mmdemo.datasets.examples import example_pairs  # to read one takes no drawing

    if dataset != EVERYDAY_THINGS:
        return None
    values = next(pair.values for pair in example_pairs() if pair.name == PAIR)
    evidence = model.examine(values)
    answer = model.answer(evidence)
    explained = explain(model, evidence, answer)
    shown = {name: jpeg(values[name]) if MODALITIES[name].drawn else str(values[name]) for name in evidence}
    return Example(shown, answer, explained, tinted(explained, answer.label))


def tinted(explained: Explanation, label: str) -> dict[str, bytes]:
    """Return modality → the image as a JPEG, tinted by what its cells add to the label's lead over the runner-up."""
    found = with_cells(explained.evidence)
    if found is None or not explained.parts[found[0]].units:
        return {}
    return {found[0]: jpeg(painted(found[1], explained.units(found[0], label)[1]))}


def write_example(example: Example, folder: Path) -> None:
    """Write an example into a bundle's folder."""
    answer, explained = example.answer, example.explained
    content = {
        "shown": {name: value if isinstance(value, str) else {"jpeg": _text(value)}
                  for name, value in example.shown.items()},
        "painted": {name: _text(value) for name, value in example.painted.items()},
        "classes": explained.classes,
        "label": answer.label,
        "head": answer.head,
        "sure": answer.sure,
        "warnings": [asdict(one) for one in answer.warnings],
        "logits": _numbers(answer.logits),
        "heads": {name: _numbers(rows) for name, rows in answer.heads.items()},
        "intercept": _numbers(explained.intercept),
        "parts": {name: {"total": _numbers(part.total), "units": part.units, "values": _numbers(part.values)}
                  for name, part in explained.parts.items()},
        "removals": {name: {"units": one.units, "count": one.count, "losses": _numbers(one.losses)}
                     for name, one in explained.removals.items()},
    }  # fmt: skip
    (folder / EXAMPLE).write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def read_example(folder: Path) -> Example | None:
    """Return the example of a shipped model, None where there is none or its file is not what the manifest says.

    Raises a BundleError where the manifest cannot be read.
    """
    stated = read_manifest(folder)["files"].get(EXAMPLE)
    if not (folder / EXAMPLE).is_file() or sha256(folder / EXAMPLE) != stated:
        return None
    found = read_json(read_bytes(folder / EXAMPLE, _MOST_BYTES))
    classes, heads = tuple(found["classes"]), {name: np.array(rows) for name, rows in found["heads"].items()}
    warnings = tuple(Caution(**one) for one in found.get("warnings", ()))
    logits, head = np.array(found["logits"]), found["head"]
    parts = {name: _part(part, len(classes)) for name, part in found["parts"].items()}
    removals = {name: _removals(one, len(classes)) for name, one in found.get("removals", {}).items()}
    return Example(
        shown={name: value if isinstance(value, str) else base64.b64decode(value["jpeg"])
               for name, value in found["shown"].items()},
        answer=Prediction(found["label"], head, logits, heads[head], found["sure"], heads, warnings),
        explained=Explanation(classes, np.array(found["intercept"]), logits, parts, {}, removals),
        painted={name: base64.b64decode(value) for name, value in found["painted"].items()},
    )  # fmt: skip


def _part(found: Mapping[str, Any], classes: int) -> Part:
    units = _units(found["units"])
    return Part(np.array(found["total"]), units, np.array(found["values"]).reshape(classes, len(units)))


def _removals(found: Mapping[str, Any], classes: int) -> Removals:
    units = _units(found["units"])
    return Removals(units, found["count"], np.array(found["losses"]).reshape(classes, len(units)))


def _units(found: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(unit) if isinstance(unit, list) else unit for unit in found)


def _numbers(array: np.ndarray) -> list[Any]:
    return list(np.round(np.asarray(array, np.float64), _DIGITS).tolist())


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
