"""The intervals of complete trainings on drawn pairs hold the truth; the command counts more of them."""

from collections.abc import Sequence

import pytest

from benchmarks.coverage import DESIGNS, DOCUMENT, UNEVEN, Trial, coverage, document, share
from benchmarks.drawn import Design
from mmdemo.modalities.registry import MODALITIES

pytestmark = pytest.mark.thorough

TRAININGS = 30
DESIGN = Design(pairs=300, groups=60, signal=0.55)
NUMBERS = ("first", "second", "fused", "first adds", "second adds")


@pytest.fixture(scope="module")
def trials() -> Sequence[Trial]:
    (found,) = coverage(TRAININGS, [DESIGN]).values()
    return found


def test_the_intervals_hold_the_truth(trials: Sequence[Trial]) -> None:
    assert 0.9 <= share(NUMBERS, trials) < 1
    assert all(share([what], trials) >= 0.85 for what in NUMBERS)


def test_intervals_of_half_the_width_would_not(trials: Sequence[Trial]) -> None:
    assert share(NUMBERS, trials, narrower=0.5) < 0.8


def test_nor_would_intervals_that_ignore_groups(trials: Sequence[Trial]) -> None:
    assert share(NUMBERS, trials, alone=True) < 0.85


def test_the_estimates_are_near_the_truth_on_average(trials: Sequence[Trial]) -> None:
    for what in NUMBERS:
        off = [one.found[what][0] - one.true[what] for one in trials]
        assert abs(sum(off) / len(off)) < 0.03, what


def test_the_document_is_of_the_designs_that_there_are() -> None:
    before = dict(MODALITIES)
    found = coverage(1)
    assert before == MODALITIES
    assert f"{len(DESIGNS)} complete trainings were made" in document(found)
    every = (*DESIGNS, UNEVEN)
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(every) * len(NUMBERS)
    wanted = {f"| {design.title} | {design.signal:g} | {what}" for design in every for what in NUMBERS}
    assert {row.rsplit(" |", 6)[0] for row in rows[2:]} == wanted
