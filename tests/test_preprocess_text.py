"""Each step of cleaning a caption, in many scripts, and what holds for every caption there can be."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mmdemo.errors import ConfigError, TextError
from mmdemo.preprocess.text import MAX_CHARACTERS, TextSettings, clean, clean_steps, has_word

STOP, STRIP, AS_IS = TextSettings(stop_words="english"), TextSettings(accents=True), TextSettings(lowercase=False)
SETTINGS = [TextSettings(), STOP, STRIP, AS_IS, TextSettings(False, True, "english", 3)]
MARKUP = ["<", ">", "</", "<!--", "-->", "<script>", "</script>", "&lt;", "&#", "&#x", ";", "http://", "www.", "\u200d"]
ANYTHING = st.lists(st.one_of(st.text(st.characters(), max_size=20), st.sampled_from(MARKUP))).map("".join)

CLEANED = [
    ("A red car!", TextSettings(), "a red car"),
    ("A red car!", AS_IS, "A red car"),
    ("  a\t red\n\u3000car\u00a0", TextSettings(), "a red car"),
    ("ﬁne ＣＡＴ ①", TextSettings(), "fine cat 1"),
    ("Tom &amp; Jerry &eacute;t&#233; &#x65;", TextSettings(), "tom jerry été e"),
    ("<p>a <b class='x'>red</b><br/>car</p>", TextSettings(), "a red car"),
    ("＜b＞red＜/b＞ &lt;i&gt;car", TextSettings(), "red car"),
    ("a<!-- no --> b<script>if (a<b) c()</script> c<STYLE>x</Style > d", TextSettings(), "a b c d"),
    ("a <script src='x'> b", TextSettings(), "a b"),
    ("<scripted> <style-guide> a <!-- b", TextSettings(), "a b"),
    ("1 < 2 and 3 > 2, I <3 cats", TextSettings(), "1 2 and 3 2 i 3 cats"),
    ("see https://example.org/a?b=c#d, www.example.org and HTTP://X", TextSettings(), "see and"),
    ("awww.so cute, xhttp://y", TextSettings(), "awww so cute xhttp y"),
    ("看图http://t.cn/Rx8自行车", TextSettings(), "看图 自行车"),
    ("Crème brûlée, Ёлка, ΆΛΦΑ, Việt", STRIP, "creme brulee елка αλφα viet"),
    ("हिन्दी é ஒட்டகம்", STRIP, "हिन्दी e ஒட்டகம்"),
    ("が 각", STRIP, "が 각"),
    ("This is the cat that sat", STOP, "cat sat"),
    ("The cat, THE END", TextSettings(lowercase=False, stop_words="english"), "cat END"),
    ("don't re-use snake_case 3.5", TextSettings(), "don t re use snake case 3 5"),
    ("İstanbul ẞ ΟΔΟΣ", TextSettings(), "i̇stanbul ß οδος"),
    ("co\u00adop\u00aderate \ufeffthe\u200b cat", TextSettings(), "cooperate the cat"),
    ("I ❤️ 👩\u200d🚀 cats 1️⃣", TextSettings(), "i cats 1"),
    ("葛\U000e0100城", TextSettings(), "葛城"),
    ("\u0301 a \u20dd", TextSettings(), "a"),
    ("ｶﾞｷﾞ カラス。「鳥」", TextSettings(), "ガギ カラス 鳥"),
    ("จักรยาน, ລົດຖີບ, စက်ဘီး, កង់", TextSettings(), "จักรยาน ລົດຖີບ စက်ဘီး កង់"),
    ("العَرَبِيَّة، עִבְרִית", TextSettings(), "العَرَبِيَّة עִבְרִית"),
    ("?!… \U0001f600 —", TextSettings(), ""),
    ("", TextSettings(), ""),
]


@pytest.mark.parametrize(("written", "how", "expected"), CLEANED)
def test_cleaning(written: str, how: TextSettings, expected: str) -> None:
    assert clean(written, how) == unicodedata.normalize("NFKC", expected)


@pytest.mark.parametrize("how", SETTINGS)
@settings(max_examples=50)
@given(written=ANYTHING)
@example(written="&#" + "9" * 5000)
@example(written="ﷺ" * 100 + "<!--" * 100)
@example(written="\u0345 \u1f80 ſ<ſcript>")
def test_any_text_is_cleaned_to_words_with_single_spaces(how: TextSettings, written: str) -> None:
    cleaned = clean(written, how)
    assert cleaned == " ".join(cleaned.split())
    assert {unicodedata.category(character)[0] for character in cleaned} <= set("LMN") | {"Z"}
    assert clean(cleaned, how) == cleaned


def test_every_letter_and_digit_of_unicode_is_kept() -> None:
    everything = "".join(map(chr, range(0x30000)))
    unified = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", everything).lower())
    kept = {c for start in range(0, len(everything), 500) for c in clean(" ".join(everything[start : start + 500]))}
    assert {c for c in unified if unicodedata.category(c)[0] in "LN"} <= kept


def test_steps_tell_what_they_took_out() -> None:
    steps = clean_steps("The <b>Cat</b>, www.x.org!", STOP)
    assert [(step.name, step.text, step.dropped) for step in steps] == [
        ("As written", "The <b>Cat</b>, www.x.org!", ()),
        ("Same characters for the same letters (NFKC)", "The <b>Cat</b>, www.x.org!", ()),
        ("Formatting codes removed (HTML)", "The  Cat , www.x.org!", ("<b>", "</b>")),
        ("Web addresses removed", "The  Cat ,  ", ("www.x.org!",)),
        ("Lower case", "the  cat ,  ", ()),
        ("Punctuation removed", "the cat", (",",)),
        ("Very common words removed (stop words)", "cat", ("the",)),
    ]


@pytest.mark.parametrize("how", SETTINGS)
@settings(max_examples=50)
@given(written=ANYTHING)
def test_the_last_step_is_the_cleaned_caption(how: TextSettings, written: str) -> None:
    assert clean_steps(written, how)[-1].text == clean(written, how)


@pytest.mark.parametrize("how", SETTINGS)
@given(written=ANYTHING | st.text("aäŚя红とक्ि\u0301\u200b<>&;:/.wW! \n😀②K﹤_", max_size=12))
def test_a_word_is_found_where_cleaning_leaves_one(how: TextSettings, written: str) -> None:
    assert has_word(written, how) == bool(clean(written, how))


def test_captions_have_a_longest_length() -> None:
    assert clean("a" * MAX_CHARACTERS) == "a" * 10_000
    with pytest.raises(TextError) as caught:
        clean("a" * 10_001)
    assert str(caught.value) == (
        "The caption has 10,001 characters; at most 10,000 are read. Shorten it and try again."
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"stop_words": "french"}, "Got stop_words='french' but expected 'none' or 'english'."),
        ({"ngrams": 4}, "Got ngrams=4 but expected 1, 2 or 3."),
        ({"ngrams": 2.0}, "Got ngrams=2.0 but expected 1, 2 or 3."),
        ({"ngrams": True}, "Got ngrams=True but expected 1, 2 or 3."),
        ({"lowercase": "no"}, "Got lowercase='no' but expected true or false."),
        ({"accents": 1}, "Got accents=1 but expected true or false."),
    ],
)
def test_settings_that_are_not_allowed(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TextSettings(**values)
    assert str(caught.value) == message
