"""`classify` answers one pair: its JSON, its words, every image that a person may have."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.bundles.writing import save
from tests.command_line import CommandLine
from tests.models import Models, run
from tests.picture_files import encoded, exif, noise, png


@pytest.fixture(scope="module")
def bundle(models: Models) -> Path:
    save(models.trained(), models.folder / "for_classify", "", {})
    return models.folder / "for_classify"


def check(found: dict, head: str) -> None:
    """Assert that an answer has the keys and types that are promised, and that its numbers agree."""
    assert list(found) == ["label", "head", "probabilities", "logits", "sure", "warnings", "contributions", "against"]
    assert (found["head"], type(found["sure"])) == (head, bool)
    assert list(found["probabilities"]) == list(found["logits"]) == ["ball", "box", "flag"]
    logits, probabilities = (np.array(list(found[key].values())) for key in ("logits", "probabilities"))
    np.testing.assert_allclose(probabilities, np.exp(logits) / np.exp(logits).sum(), atol=1e-9)
    assert found["label"] == max(found["probabilities"], key=found["probabilities"].get)
    parts = found["contributions"]
    assert list(parts) == ["intercept", "image", "text", "words"]
    assert abs(parts["intercept"] + parts["image"] + parts["text"] - found["logits"][found["label"]]) < 1e-4
    lead = found["against"]
    assert lead["class"] == sorted(found["logits"], key=found["logits"].__getitem__)[-2]
    expected = found["logits"][found["label"]] - found["logits"][lead["class"]]
    assert abs(lead["intercept"] + lead["image"] + lead["text"] - expected) < 1e-4
    assert abs(sum(part for _, part in parts["words"]) - parts["text"]) < 1e-4
    assert all(isinstance(word, str) and isinstance(part, float) for word, part in parts["words"])


@pytest.mark.slow
def test_stdout_is_one_object_and_stderr_is_empty(bundle: Path, models: Models) -> None:
    done = run("classify", "--model", bundle, "--image", models.pictures[0], "--text", "一个 round ball", "--json")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    found = json.loads(done.stdout)
    check(found, "fused")
    assert [word for word, _ in found["contributions"]["words"]] == ["一", "个", "round", "ball"]
    assert "一" in done.stdout


def test_what_is_missing_has_no_part(bundle: Path, models: Models, command_line: CommandLine) -> None:
    image, text = ("--image", models.pictures[1]), ("--text", "a wooden box")
    for arguments, head in [
        ((*image, *text), "fused"),
        (image, "image"),
        (text, "text"),
        ((*image, "--text", "!"), "image"),
    ]:
        done = command_line.run("classify", "--model", bundle, *arguments, "--json")
        assert (done.status, done.err) == (0, "")
        found = json.loads(done.out)
        check(found, head)
        assert (found["contributions"]["image"] == 0) == (head == "text")
        assert (found["contributions"]["words"] == []) == (head == "image")


def test_what_the_model_does_not_read_is_said(models: Models, command_line: CommandLine) -> None:
    save(models.trained("none", "tfidf"), models.folder / "captions_only", "", {})
    given = ("--text", "a round ball", "--image", "no such file.png")
    done = command_line.run("classify", "--model", models.folder / "captions_only", *given)
    assert (done.status, done.err) == (0, "")
    assert "This model does not read images, so the image changes nothing." in done.out


def test_the_same_in_words(bundle: Path, models: Models, command_line: CommandLine) -> None:
    done = command_line.run("classify", "--model", bundle, "--image", models.pictures[0], "--text", "a round ball")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] in ("ball, by the model for both", "ball (not sure), by the model for both")
    assert lines[1].split()[0] == "ball" and len(lines) == 5
    assert lines[4].startswith("Lead over ") and "(a " in lines[4] and "ball " in lines[4]


def test_of_very_many_words_those_that_say_most_are_printed(bundle: Path, command_line: CommandLine) -> None:
    done = command_line.run("classify", "--model", bundle, "--text", "a round ball " * 700)
    assert (done.status, done.err) == (0, "")
    assert "2,060 others)" in done.out and len(done.out) < 2_000


def photo_of_a_phone() -> bytes:
    large = Image.fromarray(noise(60, 80)).resize((8_000, 6_000), Image.Resampling.NEAREST)
    return encoded(large, "JPEG", quality=60, exif=exif(6))


ACCEPTED = {
    "16-bit grey": lambda: png((60, 40), 16, 0, bytes(range(256)) * 20),
    "16-bit colour": lambda: png((60, 40), 16, 2, bytes(range(256)) * 60),
    "CMYK": lambda: encoded(Image.fromarray(noise(40, 60)).convert("CMYK"), "JPEG"),
    "palette": lambda: encoded(Image.fromarray(noise(40, 60)).quantize(16), "PNG", transparency=3),
    "grey": lambda: encoded(Image.fromarray(noise(40, 60)).convert("L"), "PNG"),
    "alpha": lambda: encoded(Image.fromarray(noise(40, 60, 4)), "WEBP", lossless=True),
    "48 megapixels": photo_of_a_phone,
}


@pytest.mark.parametrize("kind", ACCEPTED)
def test_every_kind_of_picture(kind: str, bundle: Path, command_line: CommandLine) -> None:
    path = command_line.folder / "image"
    path.write_bytes(ACCEPTED[kind]())
    done = command_line.run("classify", "--model", bundle, "--image", path, "--text", "a ball", "--json")
    said = "Read at reduced size, 1,500 × 1,125 of 8,000 × 6,000 px.\n" if "48" in kind else ""
    assert (done.status, done.err) == (0, said)
    check(json.loads(done.out), "fused")


def test_of_an_animation_the_first_frame_is_used_and_said(bundle: Path, command_line: CommandLine) -> None:
    frames = [Image.fromarray(noise(40, 60)).quantize(8), Image.new("P", (60, 40))]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    (command_line.folder / "moving.gif").write_bytes(file.getvalue())
    frames[0].save(command_line.folder / "still.gif")
    moving, still = (
        command_line.run("classify", "--model", bundle, "--image", name, "--json")
        for name in ("moving.gif", "still.gif")
    )
    assert moving.err == "Animated GIF: its first frame is used.\n"
    assert json.loads(moving.out)["logits"] == json.loads(still.out)["logits"]
    words = command_line.run("classify", "--model", bundle, "--image", "moving.gif").out
    assert words.startswith("Animated GIF: its first frame is used.\n")


def test_the_shipped_model_is_the_default(command_line: CommandLine) -> None:
    done = command_line.run("classify", "--text", "a fast red car", "--json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out)["label"] == "vehicles"
