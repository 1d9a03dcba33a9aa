"""A bundle read back is the model that was written; anything else about it is refused in one sentence."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.example import read_example
from mmdemo.bundles.golden import golden_of
from mmdemo.bundles.manifest import MANIFEST
from mmdemo.bundles.nearest import nearest
from mmdemo.bundles.train_features import TrainFeatures
from mmdemo.bundles.writing import save
from mmdemo.datasets.base import Dataset
from mmdemo.errors import BundleError
from mmdemo.explanation.explain import explain
from mmdemo.model.config import ModelConfig
from mmdemo.training.train import train
from tests.models import PAIRS, Models

FEATURES = ("train.image.npy", *(f"train.text.{part}.npy" for part in ("data", "indices", "indptr")))
FILES = ("folds.npz", "golden.npz", "heads.npz", "held_out.npz", MANIFEST, *FEATURES, "train.npz")


@pytest.fixture(scope="module")
def whole(models: Models) -> Path:
    """A bundle; tests damage copies of it."""
    save(models.trained(), models.folder / "whole", "python -m mmdemo train", {"peak_mb": 1.5})
    return models.folder / "whole"


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def refused(folder: Path) -> str:
    """Load a bundle that must be refused; return the sentence."""
    with pytest.raises(BundleError) as caught:
        load(folder)
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.endswith(".")
    return sentence


def test_products_are_those_of_the_very_halves_that_are_kept() -> None:
    """All finite halves, of both signs and down to the least, in more rows than are converted at a time."""
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    block = every[np.isfinite(every)].reshape(-1, 31)
    features = TrainFeatures({"image": block}, {})
    for column, one in enumerate(np.eye(31)):
        np.testing.assert_array_equal(features.products("image", one), block[:, column].astype(np.float64))


@pytest.mark.parametrize(("image", "text"), [pair for pair in PAIRS if pair[0] != "trained_cnn"])
def test_what_is_read_answers_as_what_was_written(image: str, text: str, models: Models, tmp_path: Path) -> None:
    trained = models.trained(image, text)
    save(trained, tmp_path / "bundle", "", {})
    read = load(tmp_path / "bundle").model
    assert (read.config, read.classes) == (trained.model.config, trained.model.classes)
    for row in models.dataset.frame.iloc[::7].itertuples():
        pair = {"image": row.image, "text": row.text}
        before, after = trained.model.answer(trained.model.examine(pair)), read.answer(read.examine(pair))
        np.testing.assert_allclose(after.probabilities, before.probabilities, atol=1e-6)
        np.testing.assert_allclose(after.logits, before.logits, atol=1e-5)
        told, again = (explain(read, read.examine(pair), answer) for answer in (before, after))
        assert all(told.parts[name].units == again.parts[name].units for name in told.parts)
    found = nearest(load(tmp_path / "bundle"), read.examine(pair))
    assert bool(found) == (image != "article_cnn")  # of which too much would have to be kept


def test_what_it_says_of_itself(whole: Path, models: Models) -> None:
    read, trained = load(whole), models.trained()
    assert read.evaluation == trained.evaluation
    np.testing.assert_array_equal(read.train_ids, trained.train_ids)
    for name in ("ids", "labels", "fold", "group", "repeated"):
        np.testing.assert_array_equal(getattr(read.held_out, name), getattr(trained.held_out, name))
    for head, rows in trained.held_out.probabilities.items():
        np.testing.assert_array_equal(read.held_out.probabilities[head], rows)
    assert (read.manifest["peak_mb"], read.manifest["command"]) == (1.5, "python -m mmdemo train")
    assert read.manifest["dataset"]["fingerprint"] == models.dataset.fingerprint()
    assert sorted(path.name for path in whole.iterdir()) == sorted(FILES)


@pytest.mark.parametrize(("image", "text"), PAIRS)
def test_a_held_out_pair_is_explained_by_the_model_that_had_not_seen_it(
    image: str, text: str, models: Models, tmp_path: Path
) -> None:
    with models.network_at_hand():
        trained = models.trained(image, text, **({"size": 32} if image == "trained_cnn" else {}))
    save(trained, tmp_path / "bundle", "", {})
    read, frame = load(tmp_path / "bundle"), models.dataset.frame
    assert read.fold_models.kept == (image != "trained_cnn")
    for place, row in enumerate(trained.held_out.ids):
        model = read.model_for(row)
        assert read.explains_blindly(row)
        evidence = model.examine({name: frame.loc[row, name] for name in model.encoders})
        answer = model.answer(evidence)
        for head, rows in trained.held_out.probabilities.items():
            np.testing.assert_allclose(answer.heads[head], rows[place], atol=1e-4)
        parts = explain(model, evidence, answer)
        sums = parts.intercept + sum(part.total for part in parts.parts.values())
        np.testing.assert_allclose(sums, answer.logits, atol=1e-4)


def test_what_folds_take_is_counted_with_their_vocabularies(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, kept = models.trained("none", "tfidf").model.config, models.trained("none", "tfidf").fold_models
    arrays = [array for model in kept.values() for array in model.encoders["text"].learnt().values()]
    heads = sum(head.coef["text"].nbytes for model in kept.values() for head in model.heads.values())
    for most, number in ((heads + sum(array.nbytes for array in arrays) + 500, len(kept)), (heads + 500, 0)):
        monkeypatch.setattr("mmdemo.training.train.MOST_FOLD_BYTES", most)
        assert len(train(models.dataset, config).fold_models) == number


def test_folds_too_large_to_keep_leave_their_answers(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.training.train.MOST_FOLD_BYTES", 1_000)
    trained = train(models.dataset, models.trained("none", "tfidf").model.config)
    assert trained.fold_models == {}
    save(trained, tmp_path / "bundle", "", {})
    read = load(tmp_path / "bundle")
    row = str(trained.held_out.ids[0])
    assert read.model_for(row) is read.model
    assert not read.explains_blindly(row)
    assert read.evaluation == models.trained("none", "tfidf").evaluation


def test_either_every_fold_is_kept_or_none(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    fits = iter([True, True, False, True, True])  # a longer vocabulary
    monkeypatch.setattr("mmdemo.training.train._Run._is_kept", lambda self, encoded: next(fits))
    assert train(models.dataset, models.trained("none", "tfidf").model.config).fold_models == {}


def test_a_vocabulary_takes_little(models: Models, tmp_path: Path) -> None:
    captions = [f"{label} {' '.join(f'word{i}x{j}' for j in range(40))}" for i, label in enumerate("ab" * 40)]
    frame = models.dataset.frame.iloc[[0] * 80].assign(text=captions, label=list("ab" * 40))
    dataset = Dataset(frame.set_axis([f"row {i}" for i in range(80)]), "words", "A test.", "CC0-1.0")
    trained = train(dataset, ModelConfig({"text": "tfidf"}, C=10.0))
    save(trained, tmp_path / "bundle", "", {})
    words = sum(len(model.encoders["text"].vocabulary_) for model in trained.fold_models.values())
    heads = 4 * 2 * words
    assert words > 10_000
    assert (tmp_path / "bundle" / "folds.npz").stat().st_size < heads + 8 * words + 12 * words


def test_a_model_of_everyday_things_is_written_with_an_example(models: Models, tmp_path: Path) -> None:
    trained = models.trained()
    save(replace(trained, dataset=replace(trained.dataset, name="stamps")), tmp_path / "bundle", "", {})
    read, kept = load(tmp_path / "bundle"), read_example(tmp_path / "bundle")
    assert kept is not None and kept.answer.heads.keys() == read.model.heads.keys()
    assert kept.shown.keys() == read.model.encoders.keys() and kept.painted.keys() == {"image"}
    assert kept.explained.classes == read.model.classes


def test_nothing_of_the_pictures_or_captions_is_kept(whole: Path, models: Models) -> None:
    arrays = {name: array for file in whole.glob("*.npz") for name, array in np.load(file).items()}
    shown = [array for array in arrays.values() if array.dtype == np.uint8 and array.ndim == 3]
    examples = [image for name, image in golden_of(models.trained().model).items() if name.startswith("image")]
    assert len(shown) == len(examples)
    assert all(any(np.array_equal(picture, example) for example in examples) for picture in shown)
    written = b"".join(path.read_bytes() for path in whole.iterdir())
    assert str(models.folder).encode() not in written
    words = {str(value) for name, array in arrays.items() if array.dtype.kind == "U" for value in array.ravel()}
    assert words.isdisjoint(models.dataset.frame["text"])


def test_a_row_is_known_by_its_content_in_other_data(whole: Path, models: Models) -> None:
    read, frame = load(whole), models.dataset.frame
    assert read.trained_on().seen(models.dataset).all()
    shuffled = frame.sample(frac=1, random_state=1)
    renamed = replace(models.dataset, frame=shuffled.set_axis([f"other {i}" for i in range(36)]))
    assert read.trained_on().seen(renamed).all()
    half = replace(read.trained_on(), ids=read.train_ids[:18], digests=read.trained_on().digests[:18])
    np.testing.assert_array_equal(half.seen(renamed), shuffled.index.isin(read.train_ids[:18]))
    text_only = Bundle(read.path, models.of_pair("none", "tfidf"), read.manifest)
    np.testing.assert_array_equal(text_only.trained_on().seen(renamed), np.zeros(36))  # digests are of images alone


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(name: str, bundle: Path) -> None:
    (bundle / name).unlink()
    assert name in refused(bundle)


@contextmanager
def replaced(path: Path, content: bytes) -> Iterator[None]:
    """Give the file another content for the time of the block."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FILES), chosen=st.data())
def test_one_changed_byte_is_found(name: str, chosen: st.DataObject, bundle: Path) -> None:
    content = bytearray((bundle / name).read_bytes())
    place = chosen.draw(st.integers(0, len(content) - 1))
    content[place] ^= 0x01
    with replaced(bundle / name, bytes(content)):
        assert name in (sentence := refused(bundle)) or (name == MANIFEST and "schema version" in sentence)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FILES), chosen=st.data())
def test_a_file_cut_short_is_found(name: str, chosen: st.DataObject, bundle: Path) -> None:
    content = (bundle / name).read_bytes()
    with replaced(bundle / name, content[: chosen.draw(st.integers(0, len(content) - 1))]):
        assert name in refused(bundle)


def test_every_byte_of_the_manifest_counts(bundle: Path) -> None:
    whole = (bundle / MANIFEST).read_bytes()
    for place in range(0, len(whole), 97):
        (bundle / MANIFEST).write_bytes(whole[:place] + bytes([whole[place] ^ 0x04]) + whole[place + 1 :])
        assert MANIFEST in (sentence := refused(bundle)) or "schema version" in sentence


def test_another_schema_version_is_named_with_ours(bundle: Path) -> None:
    manifest = json.loads((bundle / MANIFEST).read_text("utf-8"))
    (bundle / MANIFEST).write_text(json.dumps({**manifest, "schema": 7}), "utf-8")
    assert "has schema version 7, but this program reads versions 3 and 4. Train it again" in refused(bundle)


def test_other_answers_than_the_golden_ones_are_found(models: Models, tmp_path: Path, monkeypatch) -> None:
    golden = golden_of(models.trained().model)
    golden["probabilities"] = golden["probabilities"] + np.array([0.002, -0.002, 0])
    monkeypatch.setattr("mmdemo.bundles.writing.golden_of", lambda model: golden)
    save(models.trained(), tmp_path / "bundle", "", {})
    assert "answers differently from when it was made (by 0.002, more than 0.001)" in refused(tmp_path / "bundle")


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, Path.touch])
def test_where_no_model_is(make, tmp_path: Path) -> None:
    make(tmp_path / "none")
    assert "it holds no manifest.json." in refused(tmp_path / "none")


def test_a_folder_whose_name_cannot_be_is_refused() -> None:
    assert "manifest.json in 'a\\x00b' cannot be read: embedded null byte." in refused(Path("a\0b"))
