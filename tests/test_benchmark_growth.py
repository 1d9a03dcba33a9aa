"""What is concluded from trainings of more and more pairs and classes, and the captions that are made up for it."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks import worker
from benchmarks.child import Finished
from benchmarks.growth import CLASSES, EACH, PAIRS, Trained, added, targets, write_captions
from benchmarks.report import Report, Table


def trained(cpu: float, estimated: float = 1.0, fit: float = 1.0, silence: float = 0.5) -> Trained:
    return Trained(Finished(cpu, cpu, 300.0, "", silence), fit, estimated)


def test_a_training_in_proportion_to_its_pairs_makes_an_added_pair_cost_the_same() -> None:
    assert added({pairs: trained(5 + pairs / 100) for pairs in PAIRS}) == pytest.approx(1)
    assert added({pairs: trained((pairs / 600) ** 2) for pairs in PAIRS}) == pytest.approx(4)


def test_targets_speak_of_what_was_measured() -> None:
    by_classes = {classes: trained(1.0, fit=classes / 10, silence=classes / 100) for classes in CLASSES}
    by_pairs = {pairs: trained(pairs / 100, estimated=pairs / 200) for pairs in PAIRS}
    found = targets(by_pairs, by_classes)
    said = {target.what: target.value for target in found}
    assert said["Estimate of 2,400 pairs is off by:"] == pytest.approx(2)
    assert said[f"Fitting 200 classes of {EACH} pairs:"] == 20
    assert said["Longest silence of the progress:"] == 2
    assert said["9,600 pairs:"] == 96
    del by_pairs[PAIRS[-1]]
    quick = {target.what for target in targets(by_pairs, by_classes)}
    assert quick == {what for what in said if "9,600" not in what and "added" not in what}


def test_captions_that_are_made_up_belong_to_their_classes(tmp_path: Path) -> None:
    write_captions(tmp_path / "data.csv", classes=20)
    with (tmp_path / "data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20 * EACH
    labels = defaultdict(set)
    for row in rows:
        assert len(row["text"].split()) == 6
        for word in row["text"].split():
            labels[word].add(row["label"])
    telling = [found for found in labels.values() if len(found) == 1]
    assert len({*telling[0].union(*telling)}) == 20
    assert len(telling) >= 20 * 3


def test_quick_is_for_those_who_know_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def measure(quick: bool = False) -> Report:
        asked.append(quick)
        return Report("", Table(("a",), ()), ())

    monkeypatch.setattr("benchmarks.growth.measure", measure)
    monkeypatch.setattr("benchmarks.limits.measure", lambda: measure())
    for name, flags in (("growth", ["--quick"]), ("growth", []), ("limits", ["--quick"])):
        worker.main(name, str(tmp_path / "report.json"), *flags)
    assert asked == [True, False, False]
