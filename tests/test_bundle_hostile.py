"""Bundles that somebody made up: whatever they hold, one sentence, and nothing in them is run."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.bundles.bundle import load
from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.manifest import MANIFEST, write_manifest
from mmdemo.bundles.train_features import read_features
from mmdemo.bundles.writing import save
from mmdemo.errors import BundleError
from tests.models import Models


@pytest.fixture(scope="module")
def whole(models: Models) -> Path:
    save(models.trained("efficientnet", "tfidf"), models.folder / "to_be_forged", "", {})
    return models.folder / "to_be_forged"


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def manifest_of(bundle: Path) -> dict[str, Any]:
    return {key: value for key, value in json.loads((bundle / MANIFEST).read_text("utf-8")).items() if key != "schema"}


def seal(bundle: Path, **changes: Any) -> Path:
    """Write a manifest that vouches for all files as they are, with some entries changed."""
    files = BundleFiles(bundle)
    hashes = {path.name: files.sha256(path.name) for path in bundle.iterdir() if path.name != MANIFEST}
    write_manifest(bundle, {**manifest_of(bundle), "files": hashes, **changes})
    return bundle


def refused(bundle: Path) -> str:
    with pytest.raises(BundleError) as caught:
        load(bundle)
    assert repr(bundle.name) in str(caught.value) and str(bundle.parent) not in str(caught.value)
    return str(caught.value)


class Foreign:
    """An object whose reading leaves a mark."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __setstate__(self, state: dict[str, str]) -> None:
        Path(state["mark"]).touch()


def test_a_sealed_copy_is_read(bundle: Path) -> None:
    load(seal(bundle))


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"3", b'"schema"', b"{}", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_none(content: bytes, bundle: Path) -> None:
    (bundle / MANIFEST).write_bytes(content)
    assert f"manifest.json in {bundle.name!r} is damaged. Copy or train the model again." == refused(bundle)


@pytest.mark.parametrize("key", ["classes", "config", "dataset", "n_train", "evaluation", "command", "versions"])
def test_a_manifest_without_an_entry(key: str, bundle: Path) -> None:
    write_manifest(bundle, {name: value for name, value in manifest_of(bundle).items() if name != key})
    assert f"lacks a usable '{key}'" in refused(bundle)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("files", value) for value in (None, [], "heads.npz", 7, {"heads.npz": None}, {"a/../../b": "0" * 64})],
        *[("files", {name: "0" * 64}) for name in ("../heads.npz", "/etc/passwd", "..", "", "a\\b", "a\0b")],
        *[("classes", value) for value in (None, 3, [], ["ball", "box"], ["flag", "box", "ball"], [1, 2, 3])],
        *[("classes", value) for value in (["ball", "ball", "box"], ["ball", "box", "flag", "zoo"], {"ball": 1})],
        *[("config", value) for value in (None, [], {}, {"encoders": 3}, {"encoders": {"image": "cat"}})],
        *[("config", {"encoders": {"text": "tfidf"}, "seed": value}) for value in (-1, "x", None, [])],
        ("config", {"encoders": {"image": "trained_cnn", "text": "tfidf"}}),
        ("config", {"encoders": {"audio": "x"}}),
        ("config", {"encoders": {"image": "efficientnet"}}),
        ("config", {"encoders": {"text": "tfidf"}, "evil": 1}),
        *[("evaluation", value) for value in (None, [], {}, {"n": 1, "heads": {}, "gain": None})],
    ],
    ids=str,
)
def test_a_manifest_of_wrong_types(key: str, value: Any, bundle: Path) -> None:
    refused(seal(bundle, **{key: value}))


def test_a_file_that_the_manifest_does_not_vouch_for(bundle: Path) -> None:
    (bundle / "encoder.tflite").write_bytes(b"a network")
    sentence = refused(bundle)
    assert "its manifest does not vouch for 'encoder.tflite'" in sentence


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *[("fused/coef/image", change) for change in (lambda coef: coef * np.float32(np.nan), lambda coef: coef.T)],
        *[("fused/coef/image", change) for change in (lambda coef: coef[:, :-1], lambda coef: coef[:2])],
        ("fused/coef/image", lambda coef: coef.astype(np.float64)),
        ("fused/facts", lambda facts: facts[:1]),
        ("shares", lambda shares: shares * 2),
        ("text/learnt/idf", lambda weights: weights[:-1]),
        ("text/learnt/vocabulary", lambda letters: letters[::-1]),
    ],
)
def test_heads_that_do_not_fit(name: str, change: Callable[[np.ndarray], np.ndarray], bundle: Path) -> None:
    assert "heads.npz in 'bundle' cannot be read" in refused(change_arrays(bundle, "heads.npz", **{name: change}))


def test_heads_that_are_pickled_or_missing(bundle: Path) -> None:
    arrays = dict(np.load(bundle / "heads.npz"))
    pickled = np.array([Foreign("mark")], dtype=object)
    np.savez(bundle / "heads.npz", **{**arrays, "fused/coef/image": pickled})
    assert "holds neither numbers nor text" in refused(seal(bundle))
    np.savez(bundle / "heads.npz", **{name: array for name, array in arrays.items() if not name.startswith("text/")})
    assert "heads.npz in 'bundle' cannot be read" in refused(seal(bundle))


def test_arrays_of_no_head_are_not_read(bundle: Path) -> None:
    # Each would be the file of a trained network again, kept in memory once more.
    arrays = dict(np.load(bundle / "heads.npz"))
    forged = {f"x{i}/learnt/model": np.empty(0, np.uint8) for i in range(10)}
    np.savez(bundle / "heads.npz", **arrays, **forged)
    (bundle / "encoder.tflite").write_bytes(bytes(1_000))
    assert "which no part of the model reads" in refused(seal(bundle))


@pytest.mark.parametrize("weight", [np.nan, np.inf, 1e300])
def test_weights_of_words_that_are_no_numbers(weight: float, bundle: Path) -> None:
    changed = {"text/learnt/idf": lambda idf: np.where(np.arange(len(idf)), idf, weight)}
    assert "the weights of its words are not numbers" in refused(change_arrays(bundle, "heads.npz", **changed))


@pytest.mark.parametrize("name", ["heads.npz", "golden.npz", "held_out.npz"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x04K\x01.", b"x" * 1000], ids=str)
def test_files_that_are_something_else(name: str, content: bytes, bundle: Path) -> None:
    (bundle / name).write_bytes(content)
    assert name in refused(seal(bundle))


def test_pickled_arrays_are_not_read(bundle: Path) -> None:
    golden = dict(np.load(bundle / "golden.npz"))
    np.savez(bundle / "golden.npz", **{**golden, "given": np.array([Foreign("mark")] * 8, dtype=object)})
    assert "golden.npz" in refused(seal(bundle))


@pytest.mark.parametrize("lost", ["given", "places", "probabilities"])
def test_golden_inputs_that_lack_something(lost: str, bundle: Path) -> None:
    golden = dict(np.load(bundle / "golden.npz"))
    np.savez(bundle / "golden.npz", **{name: array for name, array in golden.items() if name != lost})
    refused(seal(bundle))
    np.savez(bundle / "golden.npz", **{**golden, lost: golden[lost][:0]})
    refused(seal(bundle))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("dataset",), None),
        (("dataset", "options"), None),
        (("dataset", "limits"), {"x": 1}),
        (("dataset", "limits"), [1]),
        (("versions",), None),
        (("seconds",), "x"),
        (("n_test",), "x"),
        (("evaluation", "n"), "x"),
    ],
)
def test_a_sealed_entry_of_another_kind_is_named(path: tuple[str, ...], value: object, bundle: Path) -> None:
    manifest = manifest_of(bundle)
    place = manifest
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    write_manifest(bundle, {key: entry for key, entry in manifest.items() if key not in ("schema", "sha256")})
    assert "lacks a usable" in refused(bundle)


def test_a_seal_that_is_no_hash(bundle: Path) -> None:
    written = (bundle / MANIFEST).read_text()
    seal = manifest_of(bundle)["sha256"]
    (bundle / MANIFEST).write_text(written.replace(seal, "\\ud800"))
    assert "is damaged or was changed" in refused(bundle)


def change_features(bundle: Path, part: str, change: Callable[[np.ndarray], np.ndarray]) -> Path:
    """Write one array of the training pairs' features anew, changed, and vouch for it."""
    path = bundle / f"train.{part}.npy"
    np.save(path, change(np.load(path)))
    return seal(bundle)


def put(place: int, value: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda array: np.concatenate([array[:place], [array.dtype.type(value)], array[place:][1:]])


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("text.indices", put(5, 2**16 - 1)),
        ("text.indices", put(5, 1_000)),
        ("text.indices", put(0, 2**15)),
        ("text.indices", lambda array: array.astype(np.int32)),
        ("text.indices", lambda array: array[:-1]),
        ("text.indices", lambda array: array.astype(np.int64)),
        ("text.indices", lambda array: array.astype(np.float32)),
        ("text.indices", lambda array: array[np.newaxis]),
        ("text.indices", lambda array: array[:0]),
        ("text.indptr", put(3, 2**31 - 1)),
        ("text.indptr", put(3, -5)),
        ("text.indptr", put(0, 1)),
        ("text.indptr", lambda array: np.append(array[:-1], array[-1] + 100_000).astype(np.int32)),
        ("text.indptr", lambda array: np.append(array[:-1], array[-1] - 1).astype(np.int32)),
        ("text.indptr", lambda array: array[:-1]),
        ("text.indptr", lambda array: array[::-1].copy()),
        ("text.indptr", lambda array: array[:0]),
        ("text.data", lambda array: array[:-1]),
        ("text.data", lambda array: array.astype(np.float64)),
        ("text.data", put(5, np.nan)),
        ("text.data", put(5, np.inf)),
        ("image", lambda array: array[:-1]),
        ("image", lambda array: array[:, :-1]),
        ("image", lambda array: array.T),
        ("image", lambda array: array.ravel()),
        ("image", lambda array: array.astype(np.float32)),
        ("image", lambda array: array * np.float16(np.nan)),
        ("image", lambda array: np.array(7.0, np.float16)),
    ],
)
def test_features_that_do_not_fit(part: str, change: Callable[[np.ndarray], np.ndarray], bundle: Path) -> None:
    sentence = refused(change_features(bundle, part, change))
    assert f"The {part.split('.')[0]} features in {bundle.name!r} cannot be read" in sentence


@pytest.mark.parametrize("part", ["image", "text.data", "text.indices", "text.indptr"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"\x93NUMPY\x01\x00",
        b"\x80\x04K\x01.",
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f2', 'fortran_order': False, 'shape': (29, 1280), }".ljust(127) + b"\n",
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f2', 'fortran_order': False, 'shape': (9999999999999, 9), }".ljust(127)
        + b"\n",
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '|O', 'fortran_order': False, 'shape': (28,), }".ljust(127) + b"\nx",
    ],
    ids=["empty", "zip", "head", "pickle", "cut", "huge", "objects"],
)
def test_features_that_are_something_else(part: str, content: bytes, bundle: Path) -> None:
    (bundle / f"train.{part}.npy").write_bytes(content)
    assert "features in" in refused(seal(bundle))


def test_features_that_lack_a_part(bundle: Path) -> None:
    (bundle / "train.text.indices.npy").unlink()
    assert "text features" in refused(seal(bundle))


def test_features_that_the_manifest_does_not_vouch_for(bundle: Path) -> None:
    (bundle / "train.image.data.npy").write_bytes(b"anything")
    assert "its manifest does not vouch for 'train.image.data.npy'" in refused(bundle)


@pytest.mark.parametrize("name", ["ids", "digests"])
@pytest.mark.parametrize("change", [lambda array: array[:-1], lambda array: array[np.newaxis], lambda array: array[:0]])
def test_training_rows_that_are_too_few(name: str, change: Callable[[np.ndarray], np.ndarray], bundle: Path) -> None:
    rows = dict(np.load(bundle / "train.npz"))
    np.savez(bundle / "train.npz", **{**rows, name: change(rows[name])})
    assert "cannot be read" in refused(seal(bundle))


def test_sparse_features_without_numbers_lead_nowhere(tmp_path: Path) -> None:
    # SciPy checks rows only where there are numbers: these would have been read from beyond the arrays.
    arrays = {"data": np.zeros(0, np.float16), "indices": np.zeros(0, np.uint16), "indptr": np.int32([0, 2**30, 7, 0])}
    for part, array in arrays.items():
        np.save(tmp_path / f"train.text.{part}.npy", array)
    with pytest.raises(BundleError, match="the rows of a sparse array do not follow each other"):
        read_features(tmp_path, count=3, widths={"text": 9})


@given(st.data())
def test_sparse_features_of_any_numbers_are_read_or_refused(data: st.DataObject) -> None:
    """Whatever indices somebody makes up, what is read gives the dot products of its own dense form."""
    numbers = st.integers(-3, 12) | st.sampled_from([2**31 - 1, -(2**31)])
    places = st.integers(0, 12) | st.sampled_from([2**15, 2**16 - 1])
    indices = np.array(data.draw(st.lists(places, max_size=8)), np.uint16)
    indptr = np.array(data.draw(st.lists(numbers, min_size=1, max_size=6)), np.int32)
    with tempfile.TemporaryDirectory() as folder:
        arrays = {"data": np.ones(len(indices), np.float16), "indices": indices, "indptr": indptr}
        for part, array in arrays.items():
            np.save(Path(folder) / f"train.text.{part}.npy", array)
        try:
            read = read_features(Path(folder), count=3, widths={"text": 9})
        except BundleError:
            return
        asked = np.arange(9.0)
        np.testing.assert_allclose(read.products("text", asked), read["text"].toarray() @ asked)


def change_arrays(bundle: Path, file: str, **changes: Callable[[np.ndarray], np.ndarray]) -> Path:
    """Write some arrays of an npz anew, changed, and vouch for it."""
    arrays = dict(np.load(bundle / file))
    np.savez(bundle / file, **{**arrays, **{name: change(arrays[name]) for name, change in changes.items()}})
    return seal(bundle)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ids", lambda array: array[:-1]),
        ("ids", lambda array: np.arange(len(array))),
        ("labels", lambda array: np.full_like(array, "x")),
        ("fold", lambda array: array.astype(float)),
        ("fold", lambda array: array[np.newaxis]),
        ("ids", lambda array: array[[0, *range(len(array) - 1)]]),
        ("group", lambda array: array[:0]),
        ("repeated", lambda array: array.astype(int)),
        ("probabilities/fused", lambda array: array * np.nan),
        ("probabilities/fused", lambda array: array - 1),
        ("probabilities/fused", lambda array: array[:, :-1]),
        ("probabilities/fused", lambda array: array.astype(str)),
    ],
)
def test_held_out_pairs_that_do_not_fit(name: str, change: Callable[[np.ndarray], np.ndarray], bundle: Path) -> None:
    refused(change_arrays(bundle, "held_out.npz", **{name: change}))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("0/fused/coef/image", lambda array: array[:, :-1]),
        ("0/fused/coef/image", lambda array: array * np.float32(np.nan)),
        ("0/fused/coef/image", lambda array: array.astype(np.float64)),
        ("0/fused/coef/text", lambda array: array.T),
        ("0/fused/intercept", lambda array: array[:-1]),
        ("0/fused/intercept", lambda array: array * np.inf),
        ("0/fused/facts", lambda array: array[:1]),
        ("0/shares", lambda array: array[:-1]),
        ("0/shares", lambda array: array * np.nan),
        ("0/shares", lambda array: array * 2),
        ("0/fused/weight/image", lambda array: np.array([1.0, 2.0])),
        ("0/text/learnt/idf", lambda array: array[:-1]),
        ("0/text/learnt/vocabulary", lambda array: array[:-9]),
        ("0/text/learnt/vocabulary", lambda array: array[::-1]),
        ("0/text/learnt/vocabulary", lambda array: np.full_like(array, 255)),
        ("0/text/learnt/vocabulary", lambda array: array[:0]),
    ],
)
def test_a_folds_model_that_does_not_fit(name: str, change: Callable[[np.ndarray], np.ndarray], bundle: Path) -> None:
    read = load(change_arrays(bundle, "folds.npz", **{name: change}))
    with pytest.raises(BundleError, match=r"folds\.npz in .* cannot be read"):
        read.fold_models[0]
    assert read.fold_models[1].heads.keys() == read.model.heads.keys()


def test_folds_models_that_are_pickled_or_missing(bundle: Path) -> None:
    arrays = dict(np.load(bundle / "folds.npz"))
    lost = {name: array for name, array in arrays.items() if not name.startswith("2/text")}
    np.savez(bundle / "folds.npz", **{**lost, "0/fused/coef/image": np.array([Foreign("mark")], dtype=object)})
    read = load(seal(bundle))
    for fold in (0, 2, 7):
        with pytest.raises(BundleError, match=r"folds\.npz in .* cannot be read"):
            read.fold_models[fold]
