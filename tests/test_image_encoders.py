"""What image encoders share: which cells lie on the image, what each adds, and batches read ahead."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.image_encoder import ImageEncoder
from mmdemo.errors import ImageError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.image import ImageSettings
from tests.picture_files import noise

ENCODERS = [name for name, choice in MODALITIES["image"].encoders.items() if not choice.trained]
each_encoder = pytest.mark.parametrize("name", ENCODERS)


def build(name: str, **options: object) -> ImageEncoder:
    return MODALITIES["image"].build(name, options)


def cells_by_looking(encoder: ImageEncoder, box: tuple[int, int, int, int], rows: int, columns: int) -> np.ndarray:
    """Whether any pixel of a cell lies on the image; where cells are parts of pixels, in twentieths of one."""
    x, y, width, height = box
    found = np.zeros((rows, columns), dtype=bool)
    fine = 20
    for row in range(rows):
        for column in range(columns):
            down = np.arange(fine * encoder.size * row, fine * encoder.size * (row + 1)) / fine / rows
            across = np.arange(fine * encoder.size * column, fine * encoder.size * (column + 1)) / fine / columns
            inside = ((y <= down) & (down < y + height)).any() and ((x <= across) & (across < x + width)).any()
            found[row, column] = inside
    return found


@pytest.mark.parametrize("name", [*ENCODERS, "article_cnn 9 px"])
@settings(max_examples=10)
@given(height=st.integers(1, 300), width=st.integers(1, 300), resize=st.sampled_from(["letterbox", "crop", "stretch"]))
def test_the_cells_on_the_picture_are_those_that_touch_it(name: str, height: int, width: int, resize: str) -> None:
    size = {"size": 9} if name.endswith("9 px") else {"size": 16} if name == "article_cnn" else {}
    encoder = build(name.split()[0], resize=resize, **size)
    evidence = encoder.examine(noise(height, width))
    expected = cells_by_looking(encoder, evidence.square.box, *evidence.feature_map.shape[:2])
    np.testing.assert_array_equal(evidence.in_image(), expected)
    assert evidence.in_image().any()
    assert resize == "letterbox" or evidence.in_image().all()


@each_encoder
@pytest.mark.parametrize("shape", [(64, 64), (20, 90), (1, 1)])
def test_cells_add_up_to_every_logit(name: str, shape: tuple[int, int]) -> None:
    encoder = build(name)
    evidence = encoder.examine(noise(*shape))
    coef = np.random.default_rng(2).normal(size=(4, encoder.n_features_out))
    parts = evidence.cell_parts(coef)
    assert parts.shape == (4, *evidence.feature_map.shape[:2])
    np.testing.assert_allclose(parts.sum(axis=(1, 2)), coef @ evidence.features, atol=1e-3)


@each_encoder
def test_many_pictures_are_the_same_as_one_by_one(name: str) -> None:
    encoder = build(name)
    pictures = [noise(10 + i, 30 - i) for i in range(21)]  # more than two batches, the last not full
    one_by_one = np.concatenate([encoder.transform([picture]) for picture in pictures])
    np.testing.assert_allclose(encoder.transform(pictures), one_by_one, atol=1e-6)


@each_encoder
def test_the_settings_are_applied_first(name: str) -> None:
    turned = build(name, rotate=90).transform([noise(20, 40)])
    np.testing.assert_allclose(turned, build(name).transform([np.rot90(noise(20, 40)).copy()]), atol=1e-6)
    # an encoder of colours does not see the turn, but the darkness
    darker = build(name, brightness=-0.5).transform([noise(20, 40)])
    assert np.abs(darker - build(name).transform([noise(20, 40)])).max() > 1e-3


@each_encoder
def test_a_picture_that_cannot_be_read_stops_the_batch(name: str, tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no image")
    with pytest.raises(ImageError, match=r"words\.png"):
        build(name).transform([noise(9, 9)] * 20 + [tmp_path / "words.png"])


def test_efficientnets_features_are_the_averages_of_its_last_map() -> None:
    encoder = EfficientNetEncoder()
    evidence = encoder.examine(noise(100, 80))
    assert evidence.feature_map.shape == (7, 7, 1280)
    assert evidence.features.shape == (1280,)
    np.testing.assert_allclose(evidence.features, evidence.feature_map.reshape(49, 1280).mean(axis=0), atol=1e-6)
    assert 0 <= evidence.feature_map.min() < 0.1 < evidence.feature_map.max() <= 6  # ReLU6


def test_encoders_are_told_apart_by_what_their_features_depend_on() -> None:
    identities = {build("efficientnet").identity(), *(build("article_cnn", size=size).identity() for size in (16, 32))}
    assert len(identities) == 3
    assert build("efficientnet").identity() == EfficientNetEncoder(ImageSettings(grey=True)).identity()
    assert ArticleCNNEncoder(size=32).identity() == build("article_cnn", size=32).identity()
