"""The planted cases are what they say."""

import mmdemo
from tests.planted.captions import CONTRADICTIONS, LANGUAGES, SOUND, UNKNOWN
from tests.planted.images import KINDS, unlike
from tests.planted.pairs import contradictions


def test_fifty_of_each_kind() -> None:
    frame = mmdemo.load_dataset("stamps").frame
    pairs = contradictions(frame)
    assert len(pairs) == len({pair.row for pair in pairs}) == len({pair.caption for pair in pairs}) == 50
    assert all(pair.said != pair.label == frame.loc[pair.row, "label"] for pair in pairs)
    assert set(CONTRADICTIONS) == set(frame["label"])
    assert len(UNKNOWN) == len(set(UNKNOWN)) == 50
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 50
    assert len({code for code, _ in LANGUAGES}) >= 8
    assert len(set(SOUND)) == len(SOUND) == 25


def test_images_are_fifty_different_ones_and_the_same_each_time() -> None:
    first, again = unlike(), unlike()
    assert len(first) == 50
    assert len({kind for kind, _ in first}) == len(KINDS) == 10
    assert len({image.tobytes() for _, image in first}) == 50
    assert all((one == other).all() for (_, one), (_, other) in zip(first, again, strict=True))
