"""Datasets of modalities that the readers have never heard of: beside images and captions, and in their place."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.groups import groups
from mmdemo.datasets.quality import examine
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.datasets.words import caption_lengths
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.modalities.likeness import Likeness
from mmdemo.modalities.registry import MODALITIES
from tests.command_line import CommandLine
from tests.smell import MINIMAL, registered
from tests.test_look_alikes import photo


@pytest.fixture(params=["beside", "alone"])
def smelling(request: pytest.FixtureRequest) -> Iterator[tuple[str, ...]]:
    """Register a modality `smell`, of which equal values are tied; return the names of all modalities."""
    smell = replace(MINIMAL, likeness=Likeness(tied_by=lambda value: value), most_tied=0.1)
    with registered(smell, alone=request.param == "alone"):
        yield tuple(MODALITIES)


@pytest.fixture
def folder(smelling: tuple[str, ...], tmp_path: Path) -> Path:
    """A folder of 40 pairs with a smell each; two smells stand twice, one ten times."""
    frame = pd.DataFrame({"smell": [f"smell {i}" for i in range(28)] + ["smell 0", "smell 1", *["soap"] * 10]})
    frame = frame.assign(label=["cat", "dog"] * 20, image=[f"{i}.png" for i in range(40)], text="a pet")
    for i, name in enumerate(frame["image"]):
        Image.fromarray(photo(i, 40, 30)).save(tmp_path / name)
    frame[[*smelling, "label"]].to_csv(tmp_path / "data.csv", index=False)
    return tmp_path


def test_a_table_and_a_frame_are_read_tied_and_told_apart(folder: Path, smelling: tuple[str, ...]) -> None:
    dataset = load(folder)
    assert dataset.modalities == smelling and dataset.notes == ()
    framed = Dataset.from_frame(dataset.frame)
    assert framed.modalities == smelling and framed.fingerprint() == dataset.fingerprint()
    other = Dataset.from_frame(dataset.frame.assign(smell=dataset.frame["smell"].to_list()[::-1]))
    assert other.fingerprint() != dataset.fingerprint()
    found = groups(dataset)
    assert len(set(found.keys)) == 38
    assert found.notes == (
        "10 pairs with the same smell as others are not kept together: their group would hold more "
        "than 10% of all pairs.",
    )
    assert np.isin(list(found.notes), [finding.detail for finding in examine(dataset).findings]).all()


def test_the_command_shows_it(folder: Path, smelling: tuple[str, ...], command_line: CommandLine) -> None:
    done = command_line.run("data", folder, "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["groups"] == {"count": 38, "largest": 2}
    assert (found["captions"] is None) == ("text" not in smelling) == caption_lengths(load(folder).frame).empty


def test_pairs_without_labels_have_their_values(folder: Path, smelling: tuple[str, ...]) -> None:
    pairs = table_of_pairs(folder)
    rows = list(pairs.rows())
    assert pairs.header == (*smelling, "label") and len(rows) == 40
    assert set(rows[0].values) == set(smelling) and rows[0].values["smell"] == "smell 0"
    (folder / "data.csv").write_text("Smell,note\n,none\nsoap,some\n")
    assert [dict(pair.values) for pair in table_of_pairs(folder).rows()] == [{}, {"smell": "soap"}]


def test_what_each_row_needs_is_said(folder: Path, smelling: tuple[str, ...]) -> None:
    with pytest.raises(DatasetError, match=r"The smell of row 'b', .*, is missing; each row needs a smell"):
        Dataset.from_frame(pd.DataFrame({"smell": ["soap", None], "label": ["a", "b"]}, index=["a", "b"]))
    named = ", ".join(smelling)
    with pytest.raises(DatasetError, match=f"has nothing to classify by; it needs label and at least one of {named}"):
        Dataset(pd.DataFrame({"label": ["a"]}), name="x", source="y", licence="z")
    (folder / "data.csv").write_text("taste,label\nsalt,a\n")
    nouns = " or ".join(MODALITIES[name].nouns for name in smelling)
    with pytest.raises(DatasetError, match=f"data.csv has no column that seems to hold {nouns}; its columns"):
        load(folder)


def test_cells_are_read_as_the_modality_reads_them(folder: Path, smelling: tuple[str, ...]) -> None:
    def numbers(written: str) -> list[float]:
        try:
            return [float(part) for part in written.split()]
        except ValueError as error:
            raise ConfigError(f"Got {written!r} but expected numbers.") from error

    with registered(replace(MODALITIES["smell"], read=numbers, likeness=Likeness())):
        with pytest.raises(DatasetError, match=r"row 2 has a smell that cannot be used: Got"):
            load(folder)
        table = pd.read_csv(folder / "data.csv").assign(smell=[f"{i} 1" for i in range(40)])
        table.to_csv(folder / "data.csv", index=False)
        dataset = load(folder)
        assert dataset.frame["smell"].iloc[3] == [3.0, 1.0]
        assert len(set(groups(dataset).keys)) == 40 and len(dataset.fingerprint()) == 64


def test_arrays_are_values_too(smelling: tuple[str, ...]) -> None:
    one, other = np.zeros(5000), np.arange(5000) == 2500
    frames = [pd.DataFrame({"smell": [*values], "label": ["a", "b"]}) for values in ([one, one], [one, other])]
    found = [Dataset(frame, name="x", source="y", licence="z").fingerprint() for frame in frames]
    assert found[0] != found[1]
    assert MODALITIES["smell"].likeness.repeats([one, None, other, one.copy()]).tolist() == [0, -1, 1, 0]
