"""Which values count as equal is the same whether all are compared at once or each has a key of its own."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmdemo.modalities.copies import codes_of, shared
from mmdemo.modalities.likeness import LONGEST_KEY, Likeness
from mmdemo.modalities.registry import MODALITIES
from tests.smell import registered
from tests.test_look_alikes import photo, saved


@pytest.fixture(params=[*MODALITIES, "smell"])
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    with registered():
        yield request.param


def one_by_one(likeness: Likeness, values: Sequence[Any], key_of: Callable[[Any], str | None]) -> np.ndarray:
    """Return the codes as a program would that sees one value at a time, and the looks of different keys together."""
    keys = [key_of(value) for value in values]
    assert all(key is None or len(key) <= LONGEST_KEY for key in keys)
    leader = {key: key for key in keys}
    if likeness.look and likeness.leaders:
        looks = {key: likeness.look(value) for key, value in zip(keys, values, strict=True) if key is not None}
        order = sorted(key for key, look in looks.items() if look is not None)
        if order:
            rows = np.stack([looks[key] for key in order])
            assert rows.dtype == np.float32 and rows.ndim == 2 and np.isfinite(rows).all()
            leader |= {key: order[place] for key, place in zip(order, likeness.leaders(rows).tolist(), strict=True)}
    return codes_of([leader[key] for key in keys])


def same(codes: np.ndarray, others: np.ndarray) -> None:
    """Check that two arrays of codes call the same values equal."""
    assert ((codes[:, None] == codes) == (others[:, None] == others)).all()
    assert ((codes == -1) == (others == -1)).all()


def check(likeness: Likeness, values: Sequence[Any]) -> None:
    """Check that both ways tell the same of values in any order."""
    for order in (np.arange(len(values)), np.random.default_rng(1).permutation(len(values))):
        mixed = [values[place] for place in order]
        same(likeness.ties(mixed), shared(one_by_one(likeness, mixed, likeness.tied_by)))
        same(likeness.repeats(mixed), one_by_one(likeness, mixed, likeness.repeated_by))


def written(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_samples_and_their_duplicates(name: str) -> None:
    modality = MODALITIES[name]
    samples = [written(one) if isinstance(one, np.ndarray) else one for one in modality.samples()]
    check(modality.likeness, [*samples, None, *samples[::2], samples[0]])
    codes = modality.likeness.repeats([*samples, *samples])
    assert codes[: len(samples)].tolist() == codes[len(samples) :].tolist() and len(set(codes)) == len(samples)


def test_images_saved_again_as_files_and_as_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    files = [saved(photo(seed), quality) for seed in range(6) for quality in (95, 95, 80, 40)]
    files += [written(np.full((40, 40, 3), grey, np.uint8)) for grey in (20, 20, 200)]
    files += [b"no image", b"no image", b"", b"none either"]
    paths = [tmp_path / f"{place}.jpg" for place in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file)
    likeness = MODALITIES["image"].likeness
    gone = [tmp_path / "gone.png", str(tmp_path / "gone.png"), tmp_path / "lost.png", "a\0b", "\ud800.png"]
    for values in (files, paths, list(map(str, paths)), [*paths, *files, None, *gone]):
        check(likeness, values)
    assert [likeness.tied_by(file) for file in files] == [likeness.tied_by(path) for path in paths]
    codes = likeness.repeats(files)
    assert len(set(codes[:24].tolist())) == 6 and len(set(codes[24:].tolist())) == 5
    np.testing.assert_array_equal(codes, likeness.repeats(paths))


def test_captions_are_compared_as_cleaned_and_tied_where_they_are_long() -> None:
    words = "the quick brown fox jumps over the lazy dog "
    captions = ["A cat!", "a cat", "?", None, "", "a dog", words, words.upper(), words * 2, f"{words} {words}!", "👍"]
    likeness = MODALITIES["text"].likeness
    check(likeness, captions)
    keys = [likeness.tied_by(caption) for caption in captions]
    assert keys[:6] == [None] * 6 and keys[6] == keys[7] != keys[8] == keys[9] is not None
    assert len(str(keys[8])) == LONGEST_KEY


def test_looks_that_nobody_compares_are_refused() -> None:
    with pytest.raises(ValueError, match="look, leaders and compared"):
        Likeness(look=lambda value: np.zeros(1, np.float32))
