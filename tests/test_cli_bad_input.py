"""Bad input: status 2, exactly one line on stderr that says what is wrong and what to do, and nothing written."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.__main__ import main
from mmdemo.bundles.manifest import MANIFEST
from mmdemo.bundles.writing import save
from tests.command_line import Refuse
from tests.models import Models
from tests.picture_files import encoded, noise, png

PNG = encoded(Image.fromarray(noise(40, 50)), "PNG")


@pytest.fixture
def bundle(models: Models, tmp_path: Path) -> Path:
    if not (models.folder / "for_bad_input").exists():
        save(models.trained(), models.folder / "for_bad_input", "", {})
    return Path(shutil.copytree(models.folder / "for_bad_input", tmp_path / "bundle"))


PICTURES = {
    "renamed.jpg": (b"A cat sits on the mat.\n", "renamed.jpg is text, not an image; choose a PNG,"),
    "cut.png": (PNG[: len(PNG) // 2], "cut.png cannot be read: its PNG data is damaged, incomplete or of a rare kind;"),
    "bomb.png": (png((12_000, 12_000), 1, 0), "bomb.png has 144.0 megapixels (12,000 × 12,000 px); a PNG may have"),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing.svg: SVG drawings are not read here:"),
    "empty.png": (b"", "empty.png is empty (0 bytes);"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_cannot_be_read(name: str, bundle: Path, refuse: Refuse, tmp_path: Path) -> None:
    content, sentence = PICTURES[name]
    assert len(content) < 20_000
    (tmp_path / name).write_bytes(content)
    for more in ([], ["--text", "a cat"], ["--text", "a cat", "--json"]):
        assert refuse("classify", "--model", bundle, "--image", tmp_path / name, *more).startswith(sentence)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "There is nothing to classify: give an image or a caption with at least one word in it."),
        (("--text", ""), "There is nothing to classify: give an image or a caption"),
        (("--text", " !? 🎈 "), "There is nothing to classify: give an image or a caption"),
        (("--text", "x" * 10_001), "The caption has 10,001 characters; at most 10,000 are read."),
        (("--image", "none.png"), "none.png was not found;"),
        (("--image", "."), "is a folder, not an image;"),
        (("--data", "homonyms"), "With --data give --output FILE.csv or FILE.xlsx too."),
        (("--data", "homonyms", "--output", "x.csv", "--text", "a"), "The columns of 'homonyms' are known"),
        (("--data", "homonyms", "--output", "x.csv", "--out", "x"), "Give --output FILE or --out FOLDER, not both"),
        (("--output", "x.csv", "--text", "a"), "--output, --out, --unlabelled and --edits need --data;"),
        (("--data", "cats", "--output", "x.csv"), "There is no dataset 'cats': choose one of homonyms, stamps, or"),
        (("--data", "homonyms", "--output", "none/x.csv"), "none/x.csv cannot be written: No such file or directory."),
        (("--data", "homonyms", "--output", "."), ". is a folder; give the name of a file."),
        (("--nope",), "No such option '--nope'."),
    ],
    ids=str,
)
def test_classify(arguments: tuple[str, ...], sentence: str, bundle: Path, refuse: Refuse) -> None:
    assert sentence in refuse("classify", "--model", bundle, *arguments)


@pytest.mark.parametrize("command", [("classify", "--text", "a cat"), ("evaluate",)])
def test_a_bundle_that_is_damaged_of_another_version_or_none(
    command: tuple[str, ...], bundle: Path, refuse: Refuse, tmp_path: Path
) -> None:
    content = bytearray((bundle / "heads.npz").read_bytes())
    content[1000] ^= 1
    (bundle / "heads.npz").write_bytes(content)
    assert f"heads.npz in {bundle.name!r} is damaged or was changed." in refuse(*command, "--model", bundle)
    manifest = (bundle / MANIFEST).read_bytes()
    (bundle / MANIFEST).write_bytes(manifest.replace(b'"schema": 4,', b'"schema": 1,'))
    assert "has schema version 1, but this program reads versions 3 and 4." in refuse(*command, "--model", bundle)
    assert refuse(*command, "--model", tmp_path).startswith(f"There is no model in {tmp_path.name!r}:")
    assert refuse(*command, "--model", tmp_path / "none").startswith("There is no model in 'none':")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Missing command."),
        (("cook",), "No such command 'cook'."),
        (("train",), "Missing option '--data'."),
        (("data",), "Missing argument 'homonyms|stamps|PATH'."),
        (("evaluate",), "Missing option '--model'."),
        (("evaluate", "--model", "x", "--captions", "de"), "--captions, --set and the names of columns need"),
        (("evaluate", "--model", "x", "--data", "y", "--set", "image.size=3"), "Got --set image.… but a trained model"),
    ],
    ids=str,
)
def test_usage(arguments: tuple[str, ...], sentence: str, refuse: Refuse) -> None:
    assert refuse(*arguments).startswith(sentence)


def test_a_fault_of_ours_is_none_of_the_persons(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mmdemo.commands.data.load", lambda *given: 1 // 0)
    assert main(["data", "homonyms"]) == 1
    err = capfd.readouterr().err
    assert "ZeroDivisionError" in err
    assert err.endswith("Error: this is a fault of Fusion Lab, not of your input. Please report the lines above.\n")
