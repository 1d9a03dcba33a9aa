"""Words, characters, pairs and n-grams: what they are in each script, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.preprocess.text import Token, clean, tokens, words

ALPHABETS = "aé1 \u0301我们的自行車カナかな각なก็ักลิ้ນ້မြန်កង់हिन्दीعرب\U00020000々"
CLEANED = st.one_of(st.text(st.sampled_from(ALPHABETS), max_size=30), st.text(max_size=30)).map(clean)

CUT = {
    "spaced words": ("blue bicycle", ["blue", "bicycle"], []),
    "Chinese": ("自行车", ["自", "行", "车"], ["自行", "行车"]),
    "Chinese across a space": ("自 行车", ["自", "行", "车"], ["行车"]),
    "Chinese among letters": ("a自行b", ["a", "自", "行", "b"], ["自行"]),
    "kana with prolonged sound": ("カメラー", ["カ", "メ", "ラ", "ー"], ["カメ", "メラ", "ラー"]),
    "kana with a mark of its own": ("か\u3099い", ["か\u3099", "い"], ["か\u3099い"]),
    "repeated": ("人々", ["人", "々"], ["人々"]),
    "Korean": ("자전거 탄", ["자", "전", "거", "탄"], ["자전", "전거"]),
    "Thai with tone marks": ("ที่นี่", ["ที่", "นี่"], ["ที่นี่"]),
    "Lao": ("ນ້ຳ", ["ນ້", "ຳ"], ["ນ້ຳ"]),
    "rare characters": ("\U00020000\U00020001", ["\U00020000", "\U00020001"], ["\U00020000\U00020001"]),
    "Hindi stays whole": ("हिन्दी भाषा", ["हिन्दी", "भाषा"], []),
    "Arabic stays whole": ("العَرَبِيَّة", ["العَرَبِيَّة"], []),
    "nothing": ("", [], []),
}


@pytest.mark.parametrize(("cleaned", "units", "pairs"), CUT.values(), ids=CUT)
def test_words_and_pairs(cleaned: str, units: list[str], pairs: list[str]) -> None:
    assert [word.text for word in words(cleaned)] == units
    assert [token.text for token in tokens(cleaned)] == units + pairs


def test_n_grams_are_runs_of_spaced_words() -> None:
    found = [token.text for token in tokens("the red car 自行 and so", ngrams=3)][8:]
    assert found == ["the red", "red car", "and so", "the red car"]


def test_tokens_remember_where_they_stood() -> None:
    assert tokens("a car 车", ngrams=2) == [
        Token("a", 0, 1),
        Token("car", 2, 5),
        Token("车", 6, 7),
        Token("a car", 0, 5),
    ]


@pytest.mark.parametrize("ngrams", [1, 2, 3])
@given(cleaned=CLEANED)
def test_a_token_is_what_stands_between_its_ends(ngrams: int, cleaned: str) -> None:
    found = tokens(cleaned, ngrams)
    assert [token.text for token in found] == [cleaned[token.start : token.end] for token in found]
    assert len({(token.start, token.end) for token in found}) == len(found)


@given(cleaned=CLEANED)
def test_words_cover_every_character_once_and_no_space(cleaned: str) -> None:
    covered = [place for word in words(cleaned) for place in range(word.start, word.end)]
    assert covered == [place for place, character in enumerate(cleaned) if not character.isspace()]


@given(cleaned=CLEANED)
def test_tokens_are_words_then_longer_runs_of_them(cleaned: str) -> None:
    units, found = words(cleaned), tokens(cleaned, ngrams=3)
    assert found[: len(units)] == units
    edges = {unit.start for unit in units}, {unit.end for unit in units}
    assert all(token.start in edges[0] and token.end in edges[1] for token in found)
