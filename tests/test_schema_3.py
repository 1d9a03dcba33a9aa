"""Models that were written up to schema 3: they still open, and nothing in their file of skops is run or trusted."""

import json
import shutil
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skops import io
from skops.io._persist import NODE_TYPE_MAPPING

from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.opening import open_model
from mmdemo.bundles.writing import save
from tests.models import Models
from tests.schema_3 import ZIP, rewritten
from tests.test_bundle_hostile import Foreign, refused, seal

LOADERS = sorted({name for name, _ in NODE_TYPE_MAPPING} - {"JsonNode"})


@pytest.fixture(scope="module")
def whole(models: Models) -> Path:
    save(models.trained("efficientnet", "tfidf"), models.folder / "schema_4", "", {})
    return rewritten(models.folder / "schema_4", models.folder / "schema_3")


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def test_a_model_of_before_answers_as_it_did(tmp_path: Path) -> None:
    read = open_model(ZIP, tmp_path / "opened")
    assert read.manifest["schema"] == 3
    captions = ("a red apple", "an old dog", "blue whale")
    found = [read.model.classify({"text": caption}).probabilities for caption in captions]
    expected = [[0.01029467, 0.98970533], [0.98787585, 0.01212415], [0.53597942, 0.46402058]]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    explained = read.model.examine({"text": captions[0]})["text"]
    np.testing.assert_allclose(explained.features, read.model.encoders["text"].transform([captions[0]]).toarray()[0])
    assert read.fold_models[0].heads.keys() == {"text"}
    assert model_facts(tmp_path / "opened").heads.keys() == {"text"}


def test_a_model_of_before_is_read(whole: Path) -> None:
    assert load(whole).manifest["schema"] == 3


def test_an_object_of_a_foreign_class(bundle: Path, tmp_path: Path) -> None:
    io.dump({"encoders": {"text": Foreign(str(tmp_path / "mark"))}, "heads": {}}, bundle / "heads.skops")
    assert "holds objects that do not belong in a model, so it is not read." in refused(seal(bundle))
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("function", [("os", "mkdir"), ("builtins", "exec"), ("pathlib", "Path.touch")])
def test_a_function_under_every_loader(
    loader: str, function: tuple[str, str], bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    word = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "is_json": True, "__id__": 3}
    words = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode", "__id__": 4}
    words["content"] = [{**word, "content": '"mark"'}]
    node = {"__class__": function[1], "__module__": function[0], "__loader__": loader, "__id__": 5, "func": function[1]}
    node |= {"content": words, "attrs": words, "key_types": words, "__reduce__": {"args": words}, "type": "numpy"}
    with zipfile.ZipFile(bundle / "heads.skops") as file:
        parts = {name: file.read(name) for name in file.namelist()}
    schema = json.loads(parts["schema.json"])
    schema["content"]["heads"] = node
    with zipfile.ZipFile(bundle / "heads.skops", "w") as file:
        for name, content in {**parts, "schema.json": json.dumps(schema)}.items():
            file.writestr(name, content)
    refused(seal(bundle))
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "state",
    [
        [],
        {},
        {"encoders": {}, "heads": {}},
        {"encoders": None, "heads": None},
        {"encoders": {"text": "tfidf"}, "heads": {}},
        {"encoders": {}, "heads": {"image": {"coef": 3}, "text": {}, "fused": {}}},
    ],
    ids=str,
)
def test_a_state_of_other_things(state: Any, bundle: Path) -> None:
    io.dump(state, bundle / "heads.skops")
    refused(seal(bundle))


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0, "1", None, True])
@pytest.mark.parametrize("name", ["temperature", "C"])
def test_a_head_whose_facts_are_no_numbers(name: str, value: Any, bundle: Path) -> None:
    path = bundle / "heads.skops"
    state = io.load(path, trusted=io.get_untrusted_types(file=path))
    state["heads"]["text"][name] = value
    io.dump(state, path)
    refused(seal(bundle))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_heads_are_never_compressed(method: int, bundle: Path) -> None:
    with zipfile.ZipFile(bundle / "heads.skops") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["schema.json"] += b" " * 90_000_000
    with zipfile.ZipFile(bundle / "heads.skops", "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    assert "heads.skops in 'bundle' cannot be read" in refused(seal(bundle))


def test_a_zip_within_the_heads_is_not_unpacked(bundle: Path) -> None:
    inner = BytesIO()
    np.savez_compressed(inner, data=np.zeros(10**6))
    for name in ("1.npz", "1.npy", "1.bin"):
        with zipfile.ZipFile(bundle / "heads.skops", "a") as packed:
            packed.writestr(name, inner.getvalue())
        assert "heads.skops in 'bundle' cannot be read" in refused(seal(bundle))
