"""A model's zip made elsewhere: the same model comes back, and whatever else a zip holds is one sentence."""

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.manifest import MANIFEST
from mmdemo.bundles.opening import open_model
from mmdemo.bundles.writing import save
from mmdemo.errors import BundleError
from mmdemo.report.model_zip import model_zip
from tests.budget import run_within
from tests.command_line import CommandLine
from tests.models import Models
from tests.test_bundle_hostile import seal


@pytest.fixture(scope="module")
def whole(models: Models) -> Path:
    save(models.trained("none", "tfidf"), models.folder / "to_be_opened", "train --out /secret/place/x", {})
    return models.folder / "to_be_opened"


@pytest.fixture
def bundle(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "bundle"))


def packed(folder: Path, within: str = "", method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of a folder's files, in a folder of the zip."""
    path = folder.parent / "packed.zip"
    with zipfile.ZipFile(path, "w", method) as file:
        for one in sorted(folder.iterdir()):
            file.write(one, f"{within}{one.name}")
    return path


def refused(path: Path) -> str:
    out = path.parent / "opened"
    with pytest.raises(BundleError) as caught:
        open_model(path, out)
    sentence = str(caught.value)
    assert not out.exists() and not list(path.parent.glob(".opened*"))
    assert str(path.parent) not in sentence and "\n" not in sentence and len(sentence) < 500
    return sentence


@pytest.mark.parametrize("kind", ["efficientnet", "none"])
def test_a_download_that_is_opened_answers_the_same(kind: str, models: Models, command_line: CommandLine) -> None:
    trained = models.trained(kind)
    save(trained, command_line.folder / "first", "", {})
    (command_line.folder / "model.zip").write_bytes(model_zip(command_line.folder / "first", "Cats & dogs"))
    done = command_line.run("open", "model.zip", "--out", "second")
    assert (done.status, done.err) == (0, "") and "Model: second" in done.out
    first, second = load(command_line.folder / "first"), load(command_line.folder / "second")
    assert first.evaluation == second.evaluation and first.train_ids.tolist() == second.train_ids.tolist()
    pair = {"image": models.pictures[0], "text": "a round ball"}
    assert np.array_equal(first.model.classify(pair).logits, second.model.classify(pair).logits)


@pytest.mark.parametrize("within", ["", "model/", "Cats/model/", "a/b/c/"])
def test_the_files_may_lie_in_a_folder(within: str, bundle: Path) -> None:
    assert open_model(packed(bundle, within), bundle.parent / "opened").model.classes == load(bundle).model.classes
    assert {path.name for path in (bundle.parent / "opened").iterdir()} == {path.name for path in bundle.iterdir()}


def test_what_does_not_belong_to_the_model_is_left_in_the_zip(bundle: Path) -> None:
    path = packed(bundle, "model/")
    with zipfile.ZipFile(path, "a") as file:
        for name in ("model/run.sh", "model/../../evil", "/etc/evil", "model/deeper/manifest.json"):
            file.writestr(name, "x")
    open_model(path, bundle.parent / "opened")
    assert not {"run.sh", "evil"} & {one.name for one in bundle.parent.rglob("*")}


def forged(change: Callable[[Path], object], bundle: Path) -> str:
    change(bundle)
    return refused(packed(bundle))


def test_what_a_model_lacks_or_changed_is_said_of_the_zip(bundle: Path) -> None:
    (bundle / "golden.npz").unlink()
    assert refused(packed(bundle)) == "The model in this zip is incomplete: golden.npz is missing. Copy it again."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda bundle: (bundle / MANIFEST).write_text("{}"), "manifest.json in this zip is damaged"),
        (lambda bundle: (bundle / MANIFEST).unlink(), "There is no model in this zip: it holds no manifest.json."),
        (lambda bundle: (bundle / "heads.npz").write_bytes(b"x"), "heads.npz in this zip is damaged or was chang"),
        (lambda bundle: seal((bundle / "heads.npz").write_bytes(b"x") and bundle), "heads.npz in this zip cannot"),
        (lambda bundle: (bundle / MANIFEST).write_bytes(bytes(3_000_000)), "too large when unpacked"),
    ],
)
def test_forged_models_are_refused_as_any_bundle(change: Callable, said: str, bundle: Path) -> None:
    assert said in forged(change, bundle)


def test_a_model_of_another_version(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.bundles.manifest.SCHEMA", 2)
    seal(bundle)
    monkeypatch.undo()
    said = refused(packed(bundle))
    assert said.startswith("The model in this zip has schema version 2, but this program reads versions 3 and 4.")


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(content)
    assert "zip" in refused(tmp_path / "model.zip")


def test_a_zip_that_ends_early(bundle: Path) -> None:
    path = packed(bundle)
    content = bytearray(path.read_bytes())
    content[300] ^= 0xFF
    path.write_bytes(content)
    assert "zip" in refused(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(method: int, bundle: Path) -> None:
    assert "cannot be opened" in refused(packed(bundle, method=method))


def test_two_models(bundle: Path) -> None:
    path = packed(bundle, "one/")
    with zipfile.ZipFile(path, "a") as file:
        file.write(bundle / MANIFEST, "two/manifest.json")
    assert "more than one model" in refused(path)


def test_a_zip_that_swells_costs_little(bundle: Path) -> None:
    zeros = bundle / "held_out.npz"
    with zeros.open("wb") as file:
        file.truncate(310_000_000)
    path = packed(seal(bundle))
    shutil.rmtree(bundle)
    assert path.stat().st_size < 1_000_000
    spent = run_within("tests.hostile_bundles:zip_refused", str(path), cpu=4, megabytes=40)
    assert spent.output.strip() == "The model in this zip is too large when unpacked, so it is not opened."


def test_many_members(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for number in range(1_001):
            file.writestr(f"{number}/{MANIFEST}", "{}")
    (tmp_path / "model.zip").write_bytes(buffer.getvalue())
    assert "cannot be opened" in refused(tmp_path / "model.zip")
