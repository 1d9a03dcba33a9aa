"""Models as they were written up to schema 3: the heads in a file of skops."""

import shutil
from copy import copy
from dataclasses import fields
from pathlib import Path
from typing import Any

from skops import io

from mmdemo.bundles.bundle import load
from mmdemo.model.model import Head, Model
from tests.test_bundle_hostile import seal

ZIP = Path(__file__).parent / "model_of_schema_3.zip"
"""A model of captions of fruit and animals, written by schema 3: its encoders are those of scikit-learn."""


def state_of(model: Model) -> dict[str, Any]:
    """What skops wrote of a model; a network stands in a file of its own."""
    learnt = {name: copy(encoder) for name, encoder in model.encoders.items() if not encoder.frozen}
    for encoder in learnt.values():
        if hasattr(encoder, "model_"):
            encoder.model_ = b""
    heads = model.heads.items()
    numbers = {name: {part.name: getattr(head, part.name) for part in fields(Head)} for name, head in heads}
    return {"encoders": learnt, "heads": numbers, "shares": model.shares}


def rewritten(bundle: Path, folder: Path) -> Path:
    """Copy a model to a folder as schema 3 had it."""
    shutil.copytree(bundle, folder)
    io.dump(state_of(load(bundle).model), folder / "heads.skops")
    (folder / "heads.npz").unlink()
    return seal(folder, schema=3)
