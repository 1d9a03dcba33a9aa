"""Each finding: data on which it fires, with its numbers, and data on which it must not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mmdemo.datasets import working_copy
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.caption_languages import other_languages
from mmdemo.datasets.finding import Finding
from mmdemo.datasets.label_in_caption import label_in_caption
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.quality import examine
from mmdemo.datasets.registry import load
from tests.budget import run_within
from tests.colour_profiles import P3, SRGB, rgb_profile
from tests.picture_files import encoded

NOUNS = (
    *("stone", "river", "cloud", "window", "paper", "bottle", "ladder"),
    *("basket", "carpet", "mirror", "candle", "hammer", "pillow", "saddle"),
)


def frame(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Rows image, text, label; without the column image where all are ""."""
    found = pd.DataFrame(rows, columns=["image", "text", "label"])
    found.index = pd.Index([f"row {number}" for number in range(2, len(rows) + 2)])
    return found if any(found["image"]) else found.drop(columns="image")


def findings(rows: list[tuple[str, str, str]], **options: tuple[str, ...]) -> dict[str, Finding]:
    dataset = Dataset(frame(rows), name="pets", source="Made by a test.", licence="CC0-1.0", **options)
    found = examine(dataset).findings
    assert all(one.detail.endswith(".") and "\n" not in one.detail for one in found)
    return {one.title: one for one in found}


def photo(folder: Path, number: int, kind: str = "PNG", **options: object) -> str:
    """A smooth image, the same for the same number."""
    coarse = np.random.default_rng(number).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    path = folder / f"{number}.{kind}{options.get('quality', '')}"
    path.write_bytes(encoded(Image.fromarray(coarse).resize((128, 96), Image.Resampling.BICUBIC), kind, **options))
    return str(path)


def captions(labels: str = "ab", each: int = 10) -> list[tuple[str, str, str]]:
    words = [f"{NOUNS[n % 14]} beside {NOUNS[(n * 5 + n // 14) % 14]} {n}" for n in range(len(labels) * each)]
    return [("", text, labels[place // each]) for place, text in enumerate(words)]


def test_data_in_which_nothing_is_wrong() -> None:
    assert findings(captions()) == {}


def test_one_image_with_five_captions(tmp_path: Path) -> None:
    images = [photo(tmp_path, number) for number in range(10)]
    rows = [(images[place % 10], text, "ab"[place % 2]) for place, (_, text, _) in enumerate(captions("ab", 25))]
    found = findings(rows)
    assert list(found) == ["10 images with several captions"]
    (one,) = found.values()
    assert one.detail.startswith("10 images stand in 50 pairs, 5 captions each, such as row 2, row 12, row 22, ")
    assert len(one.rows) == 50


def test_one_caption_under_five_images(tmp_path: Path) -> None:
    labels = ["ab"[n % 2 if n < 10 else n // 20] for n in range(40)]
    rows = [(photo(tmp_path, n), f"{NOUNS[n // 5]} {NOUNS[n // 10]}", label) for n, label in enumerate(labels)]
    found = findings(rows)["6 short captions under many images"]
    assert (found.severity, len(found.rows)) == ("note", 30)
    assert found.detail.startswith("6 short captions stand under 30 images: “cloud river”, ")


def test_an_image_saved_again_at_another_quality(tmp_path: Path) -> None:
    rows = [(photo(tmp_path, n, "JPEG", quality=90), text, label) for n, (_, text, label) in enumerate(captions())]
    assert findings(rows) == {}
    again = [(photo(tmp_path, n, "JPEG", quality=40), f"another {n}", rows[n][2]) for n in range(3)]
    found = findings([*rows, *again])["3 groups of nearly equal images"]
    assert found.detail.startswith("6 pairs have an image that looks like another's, such as row 2, row 22.")


def test_the_label_stands_in_the_captions() -> None:
    labels = ["cars"] * 10 + ["Red buses"] * 10 + ["x"] * 10
    rows = [("", f"a small {label[:-1]} beside {captions('abc')[n][1]}", label) for n, label in enumerate(labels)]
    rows[0] = ("", "no vehicle", "cars")
    found = findings(rows)
    assert list(found) == ["The label stands in the captions of 2 of 3 classes"]
    one = found["The label stands in the captions of 2 of 3 classes"]
    assert (one.severity, one.rows) == ("warning", tuple(f"row {n}" for n in range(3, 22)))
    assert one.detail.startswith("95% of these captions hold a word of their own label, such as “car” in row 3, so")


@pytest.mark.parametrize(
    ("label", "caption", "told"),
    [
        ("自行车", "一辆红色的自行车停在门口", 1),
        ("berries", "a berry in the snow", 1),
        ("dresses & skirts", "summer dress with flowers", 1),
        ("bat (animal)", "look at this bat", 0),  # the other class has bats, too
        ("the", "the house", 1),
        ("ox", "an ox on a hill", 0),  # two letters occur in anything
        ("cars", "a cart full of hay", 0),
    ],
)
def test_what_counts_as_naming_the_label(label: str, caption: str, told: int) -> None:
    rows = [(caption, label)] * 6 + [("look at this bat" if "bat" in label else "something else", "bat (sport)")] * 6
    labels = pd.Series([label for _, label in rows], [str(place) for place in range(12)])
    found = list(label_in_caption({str(place): text for place, (text, _) in enumerate(rows)}, labels))
    assert [len(one.rows) for one in found] == [6] * told


def test_captions_in_another_script_or_language() -> None:
    english = [f"the {NOUNS[n % 14]} of the house with a {NOUNS[n % 5]}" for n in range(40)]
    german = ["das haus und der garten", "ein auto für die stadt", "der hund ist nicht mit dem ball"]
    cyrillic = ["красная машина", "vw beetle машина"]
    found = list(other_languages({str(n): text for n, text in enumerate([*english, *german, *cyrillic])}))
    titles = ["1 caption in another script than most", "3 captions in another language than most"]
    assert [one.title for one in found] == titles
    assert (found[0].rows, found[1].rows) == (("43",), ("40", "41", "42"))
    assert found[1].detail.startswith("Most are in English, but 3 in German. A model learns little")


def test_data_in_two_languages_or_of_nouns_alone_is_not_complained_of() -> None:
    both = ["the roof of the house"] * 20 + ["das dach und der garten"] * 10
    assert list(other_languages({str(n): text for n, text in enumerate(both)})) == []
    assert list(other_languages({str(n): text for n, text in enumerate(NOUNS * 9)})) == []
    assert list(other_languages({"a": "12", "b": ""})) == []


@pytest.mark.parametrize("captions_in", ["en", "pt", "sv", "ca", "ja"])
def test_the_stamps_are_in_one_language_and_do_not_name_their_labels(captions_in: str, stamps_dir: Path) -> None:
    data = load("stamps", captions=captions_in).frame
    cleaned = {str(row): str(text).lower() for row, text in data["text"].items()}
    assert [*other_languages(cleaned), *label_in_caption(cleaned, data["label"])] == []


def test_homonyms_are_as_they_were() -> None:
    assert [one.title for one in examine(load("homonyms", n=80)).findings] == [
        "2 captions shared by different labels", "2 long captions under several images",
    ]  # fmt: skip


def test_pairs_that_differ_in_the_label_alone(tmp_path: Path) -> None:
    same = [("", "The stone!", "a"), ("", "the stone", "b")]
    found = findings([*captions(), *same])["1 pair with more than one label"]
    assert (found.severity, found.rows) == ("serious", ("row 22", "row 23"))
    assert found.detail.startswith("2 pairs differ in nothing but the label: row 22, row 23 are “a” and “b”.")
    near = [(photo(tmp_path, 99, "JPEG", quality=q), "x y", label) for q, label in ((90, "a"), (50, "b"))]
    rows = [(photo(tmp_path, n), text, label) for n, (_, text, label) in enumerate(captions())]
    assert "1 pair with more than one label" in findings([*rows, *near])
    assert "1 pair with more than one label" not in findings([*rows, near[0], (near[1][0], "quite another", "b")])


def test_images_in_other_colours_and_files_that_no_row_names(tmp_path: Path) -> None:
    profiles = [rgb_profile(P3), rgb_profile(SRGB), b"nonsense", b""]
    rows = [(photo(tmp_path, n, icc_profile=profiles[min(n // 2, 3)]), text, label)
            for n, (_, text, label) in enumerate(captions())]  # fmt: skip
    found = findings(rows, unused=("b/thumbs.png", "c.png"))
    assert list(found) == [
        "2 images with a colour profile that cannot be used", "2 images not in sRGB", "2 image files are not used",
    ]  # fmt: skip
    assert found["2 images not in sRGB"].detail.startswith("Their colours, “Display P3”, are converted to sRGB")
    assert found["2 images not in sRGB"].rows == ("row 2", "row 3")
    assert found["2 image files are not used"].detail.startswith("No row of the table names 'b/thumbs.png', 'c.png'.")


def test_copies_of_a_caption_without_an_image(tmp_path: Path) -> None:
    rows = captions()
    found = findings([*rows, ("", rows[0][1].upper(), "a"), ("", "red", "a"), ("", "Red", "a")])
    assert found.keys() == {"2 captions more than once"}
    one = found["2 captions more than once"]
    assert one.severity == "warning" and one.rows == ("row 2", "row 22", "row 23", "row 24")
    assert one.detail.startswith("4 pairs without an image have the caption and the label of another one, such as")
    imaged = [(photo(tmp_path, place), text, label) for place, (_, text, label) in enumerate(rows)]
    assert not findings([*imaged, (photo(tmp_path, 99), rows[0][1], "a")])


def test_labels_that_stand_once_or_twice() -> None:
    rows = captions("abcd")
    names = [("", f"{text} again", f"{place}.png") for place, (_, text, _) in enumerate(rows[:8])]
    one = findings([*rows, *names])["8 of 12 labels stand once or twice"]
    assert one.severity == "warning" and "check that this is the column of the labels." in one.detail
    assert "4 of 8 labels stand once or twice" not in findings([*rows, *names[:4]])


def test_classes_too_small_and_groups() -> None:
    rows = [*captions("abcd", 12), *[("", "the very same five words", "small")] * 4]
    data = frame(rows).assign(group=[f"g{place // 2}" if place < 20 else "" for place in range(len(rows))])
    found = {one.title: one for one in examine(Dataset(data, name="x", source="Made.", licence="CC0-1.0")).findings}
    few = found["1 class is too small to train on"].detail
    assert "“small” has 4 rows that are only one pair; a class needs 5" in few
    told = found["10 groups of pairs that belong together"].detail
    assert told.startswith("The column “group” keeps 20 pairs together, in 10 groups; the largest has 2")
    data["group"] = ["one" if place < 30 else "" for place in range(len(rows))]
    large = {one.title for one in examine(Dataset(data, name="x", source="Made.", licence="CC0-1.0")).findings}
    assert "One group holds 58% of the pairs" in large


def test_five_thousand_captions_take_a_moment() -> None:
    code = (
        "import numpy as np, pandas as pd, scipy.sparse.csgraph\n"  # which BLAS would give no memory for, later
        "from mmdemo.datasets.base import Dataset\n"
        "from mmdemo.datasets.quality import examine\n"
        "words = np.array([f'word{n}' for n in range(3000)])\n"
        "drawn = np.random.default_rng(0).integers(0, 3000, (5000, 12))\n"
        "frame = pd.DataFrame({'text': [' '.join(words[row]) for row in drawn]})\n"
        "frame['label'], frame.index = [f'class {n % 40}' for n in range(5000)], frame.index.map(str)\n"
        "print(len(examine(Dataset(frame, name='x', source='Made.', licence='CC0-1.0')).findings))\n"
    )
    assert run_within(code, cpu=6, megabytes=100).output == "0\n"


def test_a_working_copy_knows_the_colours_of_its_sources(tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    folder.mkdir()
    rows = [(Path(photo(folder, n, icc_profile=rgb_profile(P3) if n < 3 else b"")).name, text, label)
            for n, (_, text, label) in enumerate(captions())]  # fmt: skip
    photo(folder, 99)
    frame(rows).to_csv(folder / "data.csv", index=False)
    facts = working_copy.write(own_data(folder), tmp_path / "copy")
    found = {one["title"]: one["rows"] for one in facts["findings"]}
    assert found == {"3 images not in sRGB": ("row 2", "row 3", "row 4"), "1 image file is not used": ()}
    assert not any("sRGB" in note for note in facts["notes"])
    assert [one.title for one in examine(load(str(folder))).findings] == list(found)
