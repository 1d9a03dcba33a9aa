"""What a run may be called, and what of the server a visitor reads."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.errors import JobError
from mmdemo.jobs.names import LONGEST, SHIPPED, cleaned, is_reserved
from mmdemo.storage.folders import runs_dir
from mmdemo.storage.places import without_places


@pytest.mark.parametrize(
    "name",
    [
        SHIPPED,
        "everyday (SHIPPED)",
        "Everyday  ( shipped )",
        "Everyday",
        "EVERYDAY!",
        "Еvеrуdау (ѕhірреd)",  # Cyrillic
        "Ενεryday (shipped)",
        "Every\u200bday (ship\u200dped)",
        "\u202eEveryday (shipped)",
        "Ｅｖｅｒｙｄａｙ （ｓｈｉｐｐｅｄ）",
        "Évérýday (shïpped)",
        "Everyday (sh1pped)",
        "𝐄𝐯𝐞𝐫𝐲𝐝𝐚𝐲 (𝐬𝐡𝐢𝐩𝐩𝐞𝐝)",
        "My best model (shipped)",
    ],
)
def test_a_name_that_passes_for_the_shipped_model_is_refused(name: str) -> None:
    with pytest.raises(JobError, match="could be taken for the shipped model; choose another name"):
        cleaned(name)


@pytest.mark.parametrize("name", ["", "Everyday things", "Chairs, 2nd try", "日常", "مجموعتي", "Каждый день", "Ship 3"])
def test_other_names_stay(name: str) -> None:
    assert cleaned(name) == name


def test_what_does_not_show_goes() -> None:
    assert cleaned(" my\u202e \n\t first\u200b\0 model ") == "my first model"


@given(st.text())
def test_any_text_is_a_short_line_or_refused(text: str) -> None:
    try:
        name = cleaned(text)
    except JobError:
        return
    assert len(name) <= LONGEST and name == " ".join(name.split()) and not is_reserved(name)


@pytest.mark.parametrize("folder", [runs_dir(), Path(tempfile.gettempdir()), Path(__file__).resolve().parents[1]])
def test_no_folder_of_the_server_is_told(folder: Path) -> None:
    assert without_places(f"{folder}/x/y.png cannot be read.") == "x/y.png cannot be read."


def test_other_text_is_told_whole() -> None:
    assert without_places("a/b of https://a.b/c and ./d") == "a/b of https://a.b/c and ./d"
