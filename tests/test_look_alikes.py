"""Images that are equal, or nearly so, whatever they were saved as; and different ones that are not."""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import load
from mmdemo.preprocess import look_alikes as module
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.image_hash import WIDTH, hashed, leaders
from mmdemo.preprocess.look_alikes import look_alikes


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))


def photo(seed: int, width: int = 320, height: int = 240) -> np.ndarray:
    """Smooth colours with some noise, unlike those of any other seed: uint8 (height, width, 3)."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3)).astype(np.float32)
    pixels = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) + rng.normal(0, 4, (height, width, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def saved(pixels: np.ndarray, quality: int, scale: float = 1) -> bytes:
    image = Image.fromarray(pixels)
    size = [max(1, round(side * scale)) for side in image.size]
    file = io.BytesIO()
    image.resize((size[0], size[1]), Image.Resampling.LANCZOS).save(file, "JPEG", quality=quality)
    return file.getvalue()


def recognised(images: list[np.ndarray], quality: int, scale: float) -> float:
    """Return the share of images that nearly equal themselves, saved once at quality 95 and once as given."""
    pairs = [[hashed(decode(saved(image, *how)).pixels) for how in ((95, 1), (quality, scale))] for image in images]
    return float(np.mean([len(set(leaders(np.stack(pair)))) == 1 for pair in pairs]))


@pytest.mark.parametrize(("quality", "scale"), [(60, 1), (30, 1), (90, 0.7), (60, 0.5)])
def test_an_image_that_was_saved_again_is_recognised(quality: int, scale: float) -> None:
    assert recognised([photo(seed) for seed in range(40)], quality, scale) == 1
    drawings = [decode(path).pixels for path in homonyms(n=80).frame["image"]]
    assert recognised(drawings, quality, scale) >= 0.98


def test_reduced_decoding_and_the_file_s_format_do_not_matter(tmp_path: Path) -> None:
    pixels = photo(1, 2400, 1800)
    (tmp_path / "large.jpg").write_bytes(saved(pixels, 90))
    (tmp_path / "small.jpg").write_bytes(saved(pixels, 70, 0.2))
    Image.fromarray(pixels).save(tmp_path / "large.png")
    assert set(look_alikes(sorted(tmp_path.glob("large.*")) + [tmp_path / "small.jpg"])) == {0}


def test_different_drawings_are_different_images() -> None:
    dataset = homonyms(n=400)
    shown = ~dataset.frame["covered"].to_numpy(bool)
    codes = look_alikes(dataset.frame["image"].tolist())
    assert len(set(codes[shown])) > 0.99 * shown.sum()  # two cars of one shape and colour are nearly equal
    _, counts = np.unique(codes, return_counts=True)
    assert len(counts) > 0.95 * len(codes) and counts.max() <= 5  # covers repeat: a crate is a crate


def test_stamps_of_different_labels_are_never_tied(stamps_dir: Path) -> None:
    frame = load("stamps").frame
    labels = frame.groupby(look_alikes(frame["image"].tolist()))["label"].nunique()
    assert labels.max() == 1 and len(labels) >= 0.99 * len(frame)


def test_an_image_of_one_colour_or_none_that_can_be_read_equals_only_its_bytes(tmp_path: Path) -> None:
    for name, colour in (("a.png", 200), ("b.png", 200), ("c.png", 201)):
        Image.new("L", (40, 40), colour).save(tmp_path / name)
    for name in ("x.png", "y.png", "z.png"):
        (tmp_path / name).write_bytes(b"no image" + (b"!" if name == "z.png" else b""))
    names = ["a.png", "b.png", "c.png", "x.png", "y.png", "z.png", "gone.png", "gone.png", "lost.png"]
    codes = look_alikes([None, *(tmp_path / name for name in names)]).tolist()
    assert codes[0] == -1 and min(codes[1:]) >= 0
    assert [codes.index(code) for code in codes] == [0, 1, 1, 3, 4, 4, 6, 7, 7, 9]
    assert look_alikes([]).tolist() == []


def test_codes_depend_on_the_content_and_not_on_the_order(tmp_path: Path) -> None:
    paths = []
    for seed in range(12):
        for quality in (95, 80, 40):
            paths.append(tmp_path / f"{seed} {quality}.jpg")
            paths[-1].write_bytes(saved(photo(seed), quality))
    order = np.random.default_rng(3).permutation(len(paths))
    codes = look_alikes(paths)
    assert len(set(codes)) == 12
    np.testing.assert_array_equal(look_alikes([paths[i] for i in order]), codes[order])


def test_nothing_is_decoded_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded, told = [], []
    monkeypatch.setattr(module, "decode", lambda *a, **o: decoded.append(a) or decode(*a, **o))
    paths = [tmp_path / f"{seed}.jpg" for seed in range(5)]
    for seed, path in enumerate(paths):
        path.write_bytes(saved(photo(seed % 4), 90))
    first = look_alikes(paths, told.append)
    assert len(decoded) == 4 and told == [pytest.approx(0.6), 1.0]
    np.testing.assert_array_equal(look_alikes(paths), first)
    assert len(decoded) == 4


def test_no_chain_of_small_differences_ties_what_differs() -> None:
    bits = np.zeros((5, 64), dtype=bool)
    bits[:, :32] = True
    for step in range(5):
        bits[step, : 2 * step] = False  # each differs from the one before in two bits
    assert leaders(np.stack([of_bits(row) for row in bits])).tolist() == [0, 0, 2, 2, 4]


@pytest.mark.parametrize(
    ("change", "near"),
    [
        ({}, True),
        ({"flipped": 2}, True),
        ({"flipped": 3}, False),
        ({"undecided": 30}, True),
        ({"undecided": 2, "clear": 1}, True),
        ({"undecided": 3, "clear": 1}, False),
        ({"colour": 8}, True),
        ({"colour": 9}, False),
    ],
)
def test_the_bounds_of_nearly_equal(change: dict[str, int], near: bool) -> None:
    bits = np.arange(64) % 2 == 0
    other, undecided = bits.copy(), np.zeros(64, dtype=bool)
    other[: change.get("flipped", 0)] ^= True
    undecided[: change.get("undecided", 0)] = True
    clear = bool(change.get("clear", 0))
    pair = [of_bits(bits, clear=clear), of_bits(other, undecided, change.get("colour", 0))]
    for one in (pair, pair[::-1]):
        assert leaders(np.stack(one)).tolist() == [0, 0 if near else 1]


def of_bits(bits: np.ndarray, undecided: Any = False, colour: float = 0, clear: bool = False) -> np.ndarray:
    """Return a hash whose pHash and dHash are these bits, bool (64,)."""
    decided = ~np.asarray(undecided) & np.ones(64, dtype=bool)
    masks = [np.packbits(mask) for mask in (bits & decided, ~bits & decided, decided & clear)]
    found = np.concatenate([*masks, *masks, [0, 0, colour]]).astype(np.float32)
    assert found.shape == (WIDTH,)
    return found


def test_what_shows_too_little_is_decoded_once_and_equals_only_its_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [tmp_path / f"{number}.png" for number in range(3)]
    for image, grey in zip(images, (20, 20, 200), strict=True):
        Image.new("L", (40, 40), grey).save(image)
    look_alikes(images)
    monkeypatch.setattr(module, "decode", None)  # the cache knows
    first, second, other = look_alikes(images)
    assert first == second != other
