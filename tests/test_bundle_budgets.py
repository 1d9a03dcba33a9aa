"""Bundles sealed again after somebody changed them: no number is forged, no file swells, no message shows a path."""

import hashlib
import io
import json
import secrets
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.bundles.arrays import ARRAY_BYTES, check_arrays, opened_arrays
from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.heads_file import HEADS
from mmdemo.bundles.manifest import MANIFEST, MOST_BYTES, read_manifest, write_manifest
from mmdemo.bundles.summary import summarise
from mmdemo.bundles.writing import save
from mmdemo.errors import BundleError
from mmdemo.storage.strict_json import read_json
from mmdemo.studies.study import KINDS as STUDIES
from tests.budget import run_within
from tests.models import Models
from tests.test_bundle_hostile import manifest_of, seal


@pytest.fixture(scope="module")
def whole(models: Models) -> Path:
    save(models.trained("none", "tfidf"), models.folder / "budgets", "", {})
    return models.folder / "budgets"


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def refused(bundle: Path, read: Callable[[Path], object] = load) -> str:
    with pytest.raises(BundleError) as caught:
        read(bundle)
    sentence = str(caught.value)
    assert str(bundle.parent) not in sentence and "\n" not in sentence and len(sentence) < 500
    return sentence


def sealed_text(bundle: Path, change: Callable[[str], str]) -> None:
    """Change a manifest's text and seal it again, whatever JSON it then is."""
    manifest = manifest_of(bundle)
    write_manifest(bundle, {key: value for key, value in manifest.items() if key != "sha256"})
    written = change((bundle / MANIFEST).read_text("utf-8").replace(manifest_of(bundle)["sha256"], "0" * 64))
    start, _, end = written.rpartition("0" * 64)
    (bundle / MANIFEST).write_text(f"{start}{hashlib.sha256(written.encode()).hexdigest()}{end}")


def test_sealing_again_is_believed(bundle: Path) -> None:
    sealed_text(bundle, lambda text: text)
    load(bundle)


HUGE = "1" * 400
FORGED: dict[str, Callable[[str], str]] = {
    "NaN": lambda text: text.replace('"n_test": ', '"n_test": NaN, "x": '),
    "Infinity": lambda text: text.replace('"n_test": ', '"seconds": {"total": Infinity}, "n_test": '),
    "-Infinity": lambda text: text.replace('"n_test": ', '"peak_mb": -Infinity, "n_test": '),
    "400 digits": lambda text: text.replace('"n_test": ', f'"n_test": {HUGE}, "x": '),
    "400 digits of seconds": lambda text: text.replace('"n_test": ', f'"seconds": {{"total": {HUGE}}}, "n_test": '),
    "1e999": lambda text: text.replace('"n_test": ', '"peak_mb": 1e999, "n_test": '),
    "a key twice": lambda text: text.replace('"n_test": ', '"n_test": 7, "n_test": '),
    "true": lambda text: text.replace('"n_train": ', '"n_train": true, "x": '),
    "nested": lambda text: text.replace('"n_test": ', '"x": ' + "[" * 100_000 + "]" * 100_000 + ', "n_test": '),
    "half a character": lambda text: text.replace('"command": "', '"command": "\\ud800'),
    "long": lambda text: text.replace('"command": "', '"command": "' + "x" * MOST_BYTES),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_manifest_of_other_things_than_finite_numbers(name: str, bundle: Path) -> None:
    sealed_text(bundle, FORGED[name])
    for read in (load, summarise, model_facts, read_manifest):
        assert MANIFEST in refused(bundle, read)


def test_classes_that_are_not_those_of_the_heads(bundle: Path) -> None:
    seal(bundle, classes=[*manifest_of(bundle)["classes"], "one more"])
    assert HEADS in refused(bundle, model_facts) and HEADS in refused(bundle)


@pytest.mark.parametrize("heads", [None, 5, [], ["text"]])
def test_results_without_heads_are_refused(heads: object, bundle: Path) -> None:
    evaluation = {**manifest_of(bundle)["evaluation"], "heads": heads}
    assert "limits or evaluation" in refused(seal(bundle, evaluation=evaluation))


def test_a_dataset_has_to_say_whether_its_limits_are_known(bundle: Path) -> None:
    dataset = {key: value for key, value in manifest_of(bundle)["dataset"].items() if key != "limits"}
    assert "'limits'" in refused(seal(bundle, dataset=dataset), summarise)


@pytest.mark.parametrize("seconds", [None, {}, {"total": 3.5}, {"fit": 1}])
def test_a_model_may_leave_out_how_long_it_took(seconds: dict[str, float] | None, bundle: Path) -> None:
    seal(bundle, seconds=seconds)
    assert summarise(bundle).seconds == (seconds or {}).get("total")
    assert all(kind.seconds(load(bundle)) > 0 for kind in STUDIES.values())


def test_a_manifest_of_200_megabytes_is_not_read(bundle: Path) -> None:
    with (bundle / MANIFEST).open("wb") as file:
        file.write(b'{"schema": 3, "x": [' + b"[]," * 1000)
        file.truncate(200_000_000)
    spent = run_within("tests.hostile_bundles:refused", str(bundle), cpu=1, megabytes=30)
    assert spent.output.strip() == "manifest.json in 'bundle' cannot be read: it has more than 2,000,000 bytes."


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda inner: (
    st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)), max_leaves=12))  # fmt: skip
def test_strict_json_reads_what_is_finite(value: Any) -> None:
    written = json.dumps(value)
    try:
        assert read_json(written.encode()) == value
    except ValueError:
        loose = any(word in written for word in ("NaN", "Infinity")) or any(len(word) > 18 for word in written.split())
        assert loose or any(len(number) > 18 for number in written.replace("-", " ").split())


@pytest.mark.parametrize(("head", "metric"), [("text", "accuracy"), ("text", "balanced_accuracy")])
@pytest.mark.parametrize("value", [1.0, 0.999, -1, True, "0.5", None, [0.5]])
def test_results_that_the_held_out_pairs_do_not_give(head: str, metric: str, value: Any, bundle: Path) -> None:
    evaluation = manifest_of(bundle)["evaluation"]
    if evaluation["heads"][head][metric] == value:
        value = 0.5
    evaluation["heads"][head][metric] = value
    seal(bundle, evaluation=evaluation)
    assert "its results are not" in refused(bundle)
    assert "its results are not" in refused(bundle, model_facts)


@pytest.mark.parametrize("change", [{"n": 3}, {"groups": 1}, {"folds": 2}, {"classes": {"ball": 36}}, {"classes": {}}])
def test_counts_that_the_held_out_pairs_do_not_give(change: dict[str, Any], bundle: Path) -> None:
    seal(bundle, evaluation={**manifest_of(bundle)["evaluation"], **change})
    assert "its results are" in refused(bundle)


@pytest.mark.parametrize("interval", [[0, "x"], [0.1], [0, 7.5], None, 3, [True, False]])
def test_intervals_that_are_none_are_refused_before_they_are_shown(interval: Any, bundle: Path) -> None:
    evaluation = manifest_of(bundle)["evaluation"]
    evaluation["heads"]["text"]["ci95"] = interval
    seal(bundle, evaluation=evaluation)
    for read in (load, summarise, model_facts):
        assert "its results are not numbers in their range" in refused(bundle, read)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0])
@pytest.mark.parametrize("place", [0, 1])
def test_a_head_whose_facts_are_no_numbers(place: int, value: float, bundle: Path) -> None:
    arrays = dict(np.load(bundle / HEADS))
    arrays["text/facts"][place] = value
    np.savez(bundle / HEADS, **arrays)
    assert "it holds values that are not numbers" in refused(seal(bundle))


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_folds_head_whose_facts_are_no_numbers(value: float, bundle: Path) -> None:
    arrays = dict(np.load(bundle / "folds.npz"))
    np.savez(bundle / "folds.npz", **{**arrays, "0/text/facts": np.array([1.0, value])})
    read = load(seal(bundle))
    with pytest.raises(BundleError, match=r"folds\.npz in 'bundle' cannot be read"):
        read.fold_models[0]


def stating(shape: str, dtype: str = "<f8", body: bytes = b"") -> bytes:
    """An array of NumPy's format whose header states this shape."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


def bomb(path: Path, size: int) -> None:
    """Write a `.npz` with one array of zeros, in little memory."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        file = packed.open("bomb.npy", "w", force_zip64=True)
        file.write(stating(f"({size // 8},)"))
        for _ in range(size // 10**6):
            file.write(bytes(10**6))
        file.close()


@pytest.mark.parametrize(
    ("name", "millions"),
    [("golden.npz", 101), ("held_out.npz", 101), ("train.npz", 101), ("folds.npz", 101), ("heads.npz", 501)],
)
def test_an_array_that_swells_is_refused_unread(name: str, millions: int, bundle: Path) -> None:
    bomb(bundle / name, millions * 1_000_000)
    spent = run_within("tests.hostile_bundles:refused", str(seal(bundle)), cpu=1, megabytes=30)
    assert spent.output.startswith(f"{name} in 'bundle' cannot be read (its arrays have {millions},")


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ("(10**13,)", "<f8"), ("(9999999999999, 9)", "<f8"), ("(4294967296, 4294967296)", "<f8"), ("(-1,)", "<f8"),
        ("(3,)", "|O"), ("(3,)", "|V9"), ("(9999999999,)", "<U0"), ("(3,)", "<U999999999"),
    ],
)  # fmt: skip
def test_headers_that_state_too_much_are_refused(shape: str, dtype: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as packed:
        packed.writestr("a.npy", stating(shape, dtype))
    with pytest.raises(ValueError), opened_arrays(tmp_path / "a.npz"):
        pytest.fail("It was opened.")


KINDS = st.sampled_from(["f8", "u1", "U7", "b1"])


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), KINDS), max_size=6))
def test_what_arrays_state_is_counted(kinds: list[tuple[int, int, str]]) -> None:
    buffer = io.BytesIO()
    arrays = {f"a{number}": np.zeros((rows, width), kind) for number, (rows, width, kind) in enumerate(kinds)}
    np.savez_compressed(buffer, **arrays)
    total = sum(array.nbytes for array in arrays.values())
    check_arrays(io.BufferedReader(io.BytesIO(buffer.getvalue())), total)
    if total:
        with pytest.raises(ValueError, match=f"its arrays have {total:,} bytes"):
            check_arrays(io.BufferedReader(io.BytesIO(buffer.getvalue())), total - 1)


def test_heads_are_never_compressed(bundle: Path) -> None:
    np.savez_compressed(bundle / HEADS, **dict(np.load(bundle / HEADS)))
    assert f"{HEADS} in 'bundle' cannot be read (it is compressed)" in refused(seal(bundle))


def test_more_golden_inputs_than_a_model_has(bundle: Path) -> None:
    golden = dict(np.load(bundle / "golden.npz"))
    many = {name: np.resize(golden[name], (5_000, *golden[name].shape[1:]))
            for name in ("given", "places", "probabilities")}  # fmt: skip
    np.savez_compressed(bundle / "golden.npz", **{**golden, **many})
    assert "has more than 100 golden inputs" in refused(seal(bundle))


@pytest.mark.parametrize("lost", [MANIFEST, "heads.npz", "held_out.npz", "golden.npz", "train.npz"])
def test_a_runs_id_is_never_said(lost: str, bundle: Path) -> None:
    run = bundle.rename(bundle.parent / secrets.token_urlsafe(16))
    (run / lost).unlink()
    sentence = refused(run)
    assert run.name not in sentence and "this folder" in sentence


def test_what_this_program_writes_is_within_the_bounds(models: Models, tmp_path: Path) -> None:
    save(models.trained(), tmp_path / "model", "x", {"peak_mb": 3.5})
    assert (tmp_path / "model" / MANIFEST).stat().st_size < MOST_BYTES / 100
    with pytest.raises(BundleError, match="at most are kept"):
        save(models.trained(), tmp_path / "model", "x" * MOST_BYTES, {})
    assert load(tmp_path / "model").manifest["command"] == "x"
    assert ARRAY_BYTES > 50_000_000 * 1.5  # of the folds' models
