"""The public names: what they take, give and refuse, and that they do what the command line does."""

import inspect
import io
import json
import os
import re
import shlex
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mmdemo
from mmdemo import Dataset, MMDemoError, PairClassifier, load_dataset, load_model, train
from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.summary import summarise
from mmdemo.errors import BundleError, ConfigError, DatasetError, ImageError, TextError
from mmdemo.explanation.explain import Explanation, against
from mmdemo.explanation.heat_map import painted
from mmdemo.report.model_zip import model_zip
from mmdemo.training.command_line import FROM_FRAME
from mmdemo.training.train import train as train_model
from tests.command_line import CommandLine
from tests.models import Models, config

PUBLIC = [getattr(mmdemo, name) for name in mmdemo.__all__ if name not in ("__version__", "MMDemoError")]
METHODS = [Dataset.from_frame, Explanation.heat_map]
METHODS += [PairClassifier.predict, PairClassifier.predict_proba, PairClassifier.explain]
METHODS += [PairClassifier.evaluate, PairClassifier.save]
WORDS: dict[str, Any] = {"image_encoder": None, "text_encoder": "tfidf", "C": 10}


@pytest.fixture(scope="module")
def fused(models: Models) -> PairClassifier:
    return PairClassifier(models.trained())


@pytest.fixture(scope="module")
def pairs(models: Models) -> pd.DataFrame:
    """Pairs of which some lack something, as pandas reads them from a table."""
    frame = models.dataset.frame[["image", "text"]].head(9).astype(object)
    frame.iloc[[1, 7], 0] = [None, float("nan")]
    frame.iloc[[2, 5, 8], 1] = ["", None, "?!"]
    return frame


# --- the package


def test_every_public_name_is_there_and_nothing_else() -> None:
    assert set(mmdemo.__all__) <= set(dir(mmdemo))
    assert {one.__name__ for one in PUBLIC} == set(mmdemo.__all__) - {"__version__", "MMDemoError"}
    assert mmdemo.MMDemoError is MMDemoError and re.fullmatch(r"\d+\.\d+\.\d+", mmdemo.__version__)
    with pytest.raises(AttributeError, match="module 'mmdemo' has no attribute 'fit'"):
        mmdemo.fit  # type: ignore[attr-defined]  # noqa: B018


def sections(one: Any) -> set[str]:
    return set(re.findall(r"^([A-Z]\w+)\n-{3,}$", inspect.getdoc(one) or "", re.MULTILINE))


@pytest.mark.parametrize("one", [*PUBLIC, *METHODS], ids=lambda one: one.__qualname__)
def test_docstrings_have_the_sections_that_tools_read(one: Any) -> None:
    wanted = {"Parameters", "Examples"} | (set() if inspect.isclass(one) or one is PairClassifier.save else {"Returns"})
    assert wanted <= sections(one)
    documented = (inspect.getdoc(one) or "").partition("Examples\n")[0]
    names = [name for name in inspect.signature(one).parameters if name not in ("self", "cls")]
    assert [name for name in names if not re.search(rf"^\W*(\w+, )*{name}\b", documented, re.MULTILINE)] == []


# --- answers


def test_each_row_is_answered_by_the_model_for_what_is_there(fused: PairClassifier, pairs: pd.DataFrame) -> None:
    found = fused.predict_proba(pairs)
    assert (found.dtype, found.shape) == (np.float64, (9, 3))
    values = pairs.where(pairs.notna(), None)
    rows = zip(values["image"], values["text"], strict=True)
    answers = [fused.model.classify({"image": image, "text": text}) for image, text in rows]
    np.testing.assert_allclose(found, [answer.probabilities for answer in answers], atol=1e-6)
    heads = [answer.head for answer in answers]
    assert heads == ["fused", "text", "image", "fused", "fused", "image", "fused", "text", "image"]
    assert fused.predict(pairs).tolist() == [answer.label for answer in answers]
    assert fused.classes_.tolist() == ["ball", "box", "flag"]


def test_a_column_may_be_missing_and_rows_may_be_none(fused: PairClassifier, pairs: pd.DataFrame) -> None:
    texts = pairs[["text"]].iloc[[0, 1]]
    expected = [fused.model.classify({"image": None, "text": text}).probabilities for text in texts["text"]]
    np.testing.assert_allclose(fused.predict_proba(texts), expected, atol=1e-6)
    assert fused.predict_proba(pairs.head(0)).shape == (0, 3) and fused.predict(pairs.head(0)).shape == (0,)


def test_an_image_may_be_a_path_bytes_or_pixels(fused: PairClassifier, models: Models) -> None:
    path = Path(models.pictures[0])
    pixels = fused.model.encoders["image"].square(str(path)).pixels
    found = fused.predict_proba(pd.DataFrame({"image": [str(path), path, path.read_bytes(), pixels]}))
    np.testing.assert_allclose(found, found[[0, 0, 0, 0]], atol=1e-3)
    np.testing.assert_allclose(found[:3], found[[0, 0, 0]], atol=1e-6)


@pytest.mark.parametrize("pixels", [np.zeros((4, 4), np.uint8), np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4, 3))])
def test_pixels_of_another_kind_are_refused_rather_than_misread(pixels: np.ndarray, fused: PairClassifier) -> None:
    said = re.escape(f"Got an array of {pixels.dtype} {pixels.shape} but expected uint8 (h, w, 3).")
    with pytest.raises(ImageError, match=f"^Row 'a': {said}$"):
        fused.predict_proba(pd.DataFrame({"image": [pixels], "text": ["a ball"]}, index=["a"]))
    with pytest.raises(ImageError, match=f"^{said}$"):
        fused.explain(image=pixels)


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        ({"image": None, "text": "?!"}, ConfigError, "Row 'b' holds nothing to classify; give it a value in 'image'"),
        ({"image": "gone.png"}, ImageError, "Row 'b': gone.png was not found; check its path"),
        ({"image": 5}, ConfigError, "Row 'b': Got 5 for the image but expected a path"),
        ({"text": 5}, ConfigError, "Row 'b': Got 5 for the text but expected str."),
        ({"text": "x" * 10_001}, TextError, "Row 'b': The caption has 10,001 characters"),
    ],
)
def test_a_row_that_cannot_be_answered_is_named(
    value: dict[str, Any], error: type[MMDemoError], sentence: str, fused: PairClassifier, models: Models
) -> None:
    frame = models.dataset.frame[["image", "text"]].head(3).astype(object).set_axis(["a", "b", "c"])
    for column, cell in value.items():
        frame.loc["b", column] = cell
    with pytest.raises(error) as caught:
        fused.predict_proba(frame)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ([1], "Got list but expected a pandas DataFrame with the columns image, text."),
        (pd.DataFrame({"caption": ["a"]}), "The data frame has no column 'image' or 'text'; its columns are 'caption'"),
        (pd.DataFrame([["a", "b"]], columns=["text", "text"]), "The data frame has the column 'text' more than once"),
    ],
)
def test_what_is_no_table_of_pairs_is_refused(frame: Any, sentence: str, fused: PairClassifier) -> None:
    with pytest.raises(DatasetError) as caught:
        fused.predict(frame)
    assert str(caught.value).startswith(sentence)


# --- explanations


def test_the_heat_map_shows_what_tells_the_answer_from_the_runner_up(fused: PairClassifier, models: Models) -> None:
    explanation = fused.explain(image=models.pictures[0], text="a round ball")
    runner_up, answer = (explanation.classes[i] for i in np.argsort(explanation.logits)[-2:])
    shown = against(explanation, answer, runner_up)
    values = shown.parts["image"].values[shown.classes.index(answer)]
    expected = painted(shown.evidence["image"], values)
    np.testing.assert_array_equal(explanation.heat_map(), expected)
    np.testing.assert_array_equal(explanation.heat_map(answer, runner_up), expected)
    assert (explanation.heat_map(runner_up, answer) != expected).any()


def test_what_has_no_heat_map_says_why(fused: PairClassifier, models: Models) -> None:
    with pytest.raises(ConfigError, match="There are no image cells to paint"):
        fused.explain(text="a ball").heat_map()
    with pytest.raises(ConfigError, match="There is no class named 'cat'; known: ball, box, flag"):
        fused.explain(image=models.pictures[0]).heat_map(against="cat")
    with pytest.raises(ConfigError, match="There is nothing to classify"):
        fused.explain()
    with pytest.raises(ConfigError, match="Got 5 for the image but expected a path"):
        fused.explain(image=5)


# --- training


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"image_encoder": "cat"}, "There is no image encoder named 'cat'; known: efficientnet, trained_cnn, art"),
        ({"image_encoder": None, "text_encoder": None}, "The model would read nothing: choose how images"),
        *[({"C": value}, "expected a number") for value in (0, -1, float("nan"), float("inf"), "x", True)],
        *[({"seed": value}, "expected a whole number from 0 to 4294967295") for value in (-1, 2**32, 1.5, "1", True)],
        *[({"folds": value}, f"Got folds={value} but expected 1, or a whole number") for value in (0, 2, 11, -1)],
        *[({"folds": value}, f"Got folds={value!r} but expected a whole number") for value in ("five", 0.5, True)],
        ({"options": {"text": {"colour": "red"}}}, "The text encoder has no option 'colour'; known settings: lower"),
        ({"options": {"sound": {}}}, "Got options for 'sound' but the model uses image and text."),
        ({"image_encoder": None, "options": {"image": {}}}, "Got options for 'image' but the model uses text."),
    ],
    ids=str,
)
def test_training_refuses_what_the_command_line_refuses(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(MMDemoError) as caught:
        train(load_dataset("homonyms", n=40), **arguments)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"smell_encoder": "nose"}, "There is no parameter 'smell_encoder'; known encoders: image_encoder, "),
        ({"image_encoder": None, "text_encoder": "none"}, "The model would read nothing"),
        ({"text_encoder": "bert"}, "There is no text encoder named 'bert'"),
    ],
)
def test_encoders_that_do_not_exist_are_named(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        train(load_dataset("homonyms", n=40), **wrong)


def test_a_modality_that_does_not_exist_is_named(fused: PairClassifier) -> None:
    with pytest.raises(ConfigError, match="There is no modality named 'sound'; known: image, text"):
        fused.explain(sound="bark", text="a ball")


def test_training_and_evaluating_take_datasets_only(fused: PairClassifier, models: Models) -> None:
    for use in (train, fused.evaluate):
        with pytest.raises(DatasetError, match=r"Got DataFrame but expected a Dataset: .* Dataset\.from_frame"):
            use(models.dataset.frame)  # type: ignore[operator]


def test_numbers_of_numpy_are_numbers_and_progress_is_told(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    options = {"text": {"ngrams": 2}}
    model = train(
        load_dataset("homonyms", n=80),
        **{**WORDS, "C": np.float32(10)},
        seed=np.int64(7),  # type: ignore[arg-type]
        folds=np.int64(3),
        options=options,
        on_progress=lambda event: told.append(dict(event)),
    )
    model.save(tmp_path / "model")
    config = load_model(tmp_path / "model").model.config
    assert (config.C, config.seed, config.folds, config.options) == (10, 7, 3, options)
    assert [event["stage"] for event in told if event.get("done") == 0] == ["features", "fit", "evaluate"]


@pytest.mark.parametrize("strength", [None, "auto"])
def test_the_recorded_command_trains_the_same_model(strength: Any, command_line: CommandLine) -> None:
    model = train(load_dataset("homonyms", n=80, seed=3), **{**WORDS, "C": strength}, options={"text": {"ngrams": 2}})
    model.save("mine")
    command = summarise(Path("mine")).command
    assert command.startswith("python -m mmdemo train --data homonyms --set data.n=80")
    done = command_line.run(*shlex.split(command)[3:], "--out", "again", "--progress", "none", "--json")
    assert done.status == 0 and json.loads(done.out)["command"] == command
    again = load_model("again")
    assert again.evaluation == model.evaluation
    texts = load_dataset("homonyms", n=40).frame
    np.testing.assert_allclose(again.predict_proba(texts), model.predict_proba(texts), atol=1e-12)


# --- on disk


def test_what_is_saved_is_read_back(fused: PairClassifier, pairs: pd.DataFrame, tmp_path: Path) -> None:
    fused.save(tmp_path / "one")
    read = load_model(tmp_path / "one")
    assert read.evaluation == fused.evaluation and read.classes_.tolist() == fused.classes_.tolist()
    np.testing.assert_allclose(read.predict_proba(pairs), fused.predict_proba(pairs), atol=1e-9)
    read.save(str(tmp_path / "two"))
    read.save(tmp_path / "one")  # over itself
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two and load(tmp_path / "one").manifest == load(tmp_path / "two").manifest


def test_a_folder_that_holds_something_else_is_left_alone(fused: PairClassifier, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for model in (fused, load_model()):
        with pytest.raises(BundleError, match=r"holds notes\.txt, which is not part of a model"):
            model.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_model_of_a_data_frame_says_so_instead_of_a_command(models: Models, tmp_path: Path) -> None:
    model = train(Dataset.from_frame(models.dataset.frame), **WORDS)
    model.save(tmp_path / "model")
    summary = summarise(tmp_path / "model")
    assert summary.command == FROM_FRAME and "from a data frame" in FROM_FRAME
    assert shlex.split(summary.command, comments=True) == []  # harmless in a terminal
    assert summary.manifest["dataset"]["name"] == "frame" and summary.seconds is not None
    with zipfile.ZipFile(io.BytesIO(model_zip(tmp_path / "model", "Mine"))) as packed:
        assert f"    {FROM_FRAME}\n" in packed.read("Mine/MODEL_CARD.md").decode()
        assert json.loads(packed.read("Mine/model/manifest.json"))["command"] == FROM_FRAME


def test_the_shipped_model_is_the_one_without_a_folder() -> None:
    model = load_model()
    assert isinstance(model.source, Bundle) and model.source.path.name == "everyday"


# --- evaluation on other data


def test_pairs_that_were_trained_on_do_not_count(models: Models, tmp_path: Path) -> None:
    trained = train_model(models.dataset, replace(config(), folds=1))
    model = PairClassifier(trained)
    model.save(tmp_path / "model")
    renamed = models.dataset.frame.set_axis([f"new {i}" for i in range(36)])
    for dataset in (models.dataset, replace(models.dataset, frame=renamed)):
        found = model.evaluate(dataset)
        assert found.n == trained.evaluation.n
        for head, metrics in trained.evaluation.heads.items():
            assert found.heads[head].accuracy == metrics.accuracy
        assert load_model(tmp_path / "model").evaluate(dataset) == found
    with pytest.raises(DatasetError, match="drawn holds no pair that this model was not trained on"):
        model.evaluate(replace(models.dataset, frame=models.dataset.frame.loc[trained.train_ids]))


def test_an_image_that_has_gone_is_named(models: Models, tmp_path: Path) -> None:
    frame = models.dataset.frame
    copies = [shutil.copy(image, tmp_path / f"{i}.png") for i, image in enumerate(frame["image"])]
    dataset = Dataset.from_frame(frame.assign(image=copies))
    model = train(dataset, image_encoder=None, text_encoder="tfidf", C=1)
    (tmp_path / "0.png").unlink()
    for use in (lambda: model.evaluate(dataset), lambda: model.save(tmp_path / "model"), dataset.fingerprint):
        with pytest.raises(ImageError, match=r"^0\.png was not found; check its path"):
            use()
    assert not (tmp_path / "model").exists()


def test_unknown_labels_are_named(fused: PairClassifier) -> None:
    with pytest.raises(DatasetError, match=r"^homonyms has the labels bass \(fish\), .*; it knows ball, box, flag\.$"):
        fused.evaluate(load_dataset("homonyms", n=40))


# --- datasets


def test_a_dataset_knows_what_loads_it_again(models: Models) -> None:
    for location in ("homonyms", models.folder / "drawn"):
        dataset = load_dataset(location, **({"n": 40} if location == "homonyms" else {}))
        assert dataset.location == str(location)
        again = load_dataset(dataset.location, **dataset.options)
        assert again.fingerprint() == dataset.fingerprint() == replace(dataset, location=None).fingerprint()
    assert os.path.isabs(dataset.frame["image"].iloc[0])
    assert Dataset.from_frame(dataset.frame).location is None
