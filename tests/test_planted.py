"""The planted cases are what they say."""

import mmdemo
from mmdemo.datasets.homonym_captions import SENSES
from mmdemo.datasets.homonyms import homonyms
from tests.planted import second, third
from tests.planted.captions import CONTRADICTIONS, LANGUAGES, SOUND, UNKNOWN
from tests.planted.images import KINDS, unlike
from tests.planted.pairs import contradicting_homonyms, contradictions


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


def test_the_third_set_is_twenty_five_of_each_kind_and_none_of_the_others() -> None:
    drawn = homonyms(seed=7).frame
    pairs = contradicting_homonyms(drawn, third.HOMONYMS)
    assert len({pair.row for pair in pairs}) == len({pair.caption for pair in pairs}) == len(pairs) == 25
    assert all(pair.said != pair.label == drawn.loc[pair.row, "label"] for pair in pairs)
    assert set(third.HOMONYMS) == {sense.label for sense in SENSES}
    assert len(set(third.UNKNOWN)) == 25 and not set(third.UNKNOWN) & {*UNKNOWN, *second.UNKNOWN}
    assert len({image.tobytes() for _, image in unlike(third.KINDS)}) == 25
    assert not {kind.__name__ for kind in third.KINDS} & {kind.__name__ for kind in (*KINDS, *second.KINDS)}
