"""The heads of a model of schema 3, which skops wrote: how to read them without trusting them."""

import io
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.bundles.arrays import FILE_BYTES, check_arrays
from mmdemo.bundles.heads_file import NETWORK
from mmdemo.bundles.model_arrays import SHARES, check_shares, checked_head
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model
from mmdemo.storage.reading import read_bytes

HEADS = "heads.skops"
_SCHEMA, _SCHEMA_BYTES = "schema.json", 100_000_000  # about 900 bytes for each token of a vocabulary


def trusted_types() -> list[str]:
    """Return the dotted names of our classes that a model's file may hold: from the registry, not from the file.

    They are the settings, the encoders that learn something, and the encoders that these combine; others are rebuilt.
    """
    found: set[type] = set()
    for modality in MODALITIES.values():
        found.add(modality.settings)
        learning = [encoder for encoder in modality.encoders.values() if not encoder.frozen]
        found.update(part for encoder in learning for part in encoder.part_types())
    return sorted(f"{one.__module__}.{one.__qualname__}" for one in found)


def read_heads(folder: Path, config: ModelConfig, classes: tuple[str, ...]) -> Model:
    """Return the model that was written; raise a BundleError where it is damaged or does not fit together."""
    state = _state(folder)
    try:
        return _model(folder, state, config, classes)
    except BundleError:
        raise
    except Exception as error:  # a forged file raises a dozen unrelated kinds of error
        raise BundleError(
            f"{HEADS} in {place(folder)} cannot be used ({reason(error)}). Copy the model again."
        ) from error


def _model(folder: Path, state: Mapping[str, Any], config: ModelConfig, classes: tuple[str, ...]) -> Model:
    encoders: dict[str, Any] = {}
    for name in config.encoders:
        expected = config.build_encoder(name)
        encoders[name] = state["encoders"].get(name, expected)
        if type(encoders[name]) is not type(expected):
            raise BundleError(f"{HEADS} in {place(folder)} holds another {name} encoder than its manifest says.")
        if hasattr(encoders[name], "model_"):
            encoders[name].model_ = read_bytes(folder / NETWORK, FILE_BYTES)
    heads = {name: checked_head(Head(**values)) for name, values in state["heads"].items()}
    return Model(config, classes, encoders, heads, check_shares(state.get(SHARES), len(classes)))


def _state(folder: Path) -> Any:
    """Return what the file holds; raise a BundleError where it is damaged or not to be trusted."""
    from sklearn.exceptions import InconsistentVersionWarning
    from skops import io as skops  # newer models need neither, and both together take longer than an answer
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        content = read_bytes(folder / HEADS, FILE_BYTES)
        _check_zip(content)
        with warnings.catch_warnings():  # from another scikit-learn: the golden inputs show if it matters
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            return skops.loads(content, trusted=trusted_types())
    except UntrustedTypesFoundException as error:
        raise BundleError(
            f"{HEADS} in {place(folder)} holds objects that do not belong in a model, so it is not read."
        ) from error
    except Exception as error:  # a forged file raises a dozen unrelated kinds of error
        raise BundleError(
            f"{HEADS} in {place(folder)} cannot be read ({reason(error)}). Copy the model again."
        ) from error


def _check_zip(content: bytes) -> None:
    """Raise a ValueError unless this is a zip of arrays and a schema, none of them compressed: then nothing swells."""
    members = check_arrays(io.BufferedReader(io.BytesIO(content)), FILE_BYTES, _is_no_array)
    if any(member.compress_type for member in members) or sum(member.file_size for member in members) > len(content):
        raise ValueError("it is compressed")
    if any(member.file_size > _SCHEMA_BYTES for member in members if member.filename == _SCHEMA):
        raise ValueError(f"its {_SCHEMA} has more than {_SCHEMA_BYTES:,} bytes")


def _is_no_array(member: zipfile.ZipInfo) -> bool:
    # A network's bytes stand elsewhere: what is left of them here is an empty member. Any other member than an array
    # could be a zip, which skops would unpack.
    return member.filename == _SCHEMA or not member.file_size
