"""The peers beside which the benchmarks put Fusion Lab: the same folds, honest features, a table with ratios."""

import cv2
import numpy as np
import pytest

from benchmarks import peers
from benchmarks.child import Finished
from benchmarks.peer import PEERS, held_out_by
from benchmarks.peer_keras import KerasPeer
from benchmarks.peer_sklearn import SklearnPeer, colours, gradients
from benchmarks.peers import LITERAL, OURS, Rival
from mmdemo.datasets.homonyms import homonyms
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.model.config import ModelConfig
from mmdemo.training.split import Prepared, prepare


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(homonyms(n=80), ModelConfig())


class Oracle:
    """Knows every label, and takes note of what it was trained on."""

    def __init__(self, labels: np.ndarray, classes: tuple[str, ...]) -> None:
        self.right = np.array(classes) == labels[:, None]
        self.calls: list[tuple[np.ndarray, np.ndarray]] = []

    def answers(self, rows: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        self.calls.append((rows, held_out))
        return self.right[held_out].astype(float)


def test_a_peer_answers_every_pair_once_without_having_seen_it(prepared: Prepared) -> None:
    dataset = homonyms(n=80)
    oracle = Oracle(prepared.labels, dataset.classes)
    tested = held_out_by(oracle, dataset, prepared)
    assert evaluate(tested).heads["fused"].accuracy == 1
    assert all(np.array_equal(np.sort(np.concatenate(call)), np.arange(80)) for call in oracle.calls)
    assert [set(prepared.fold[held_out].tolist()) for _, held_out in oracle.calls] == [{i} for i in range(5)]


def test_scikit_learn_alone_does_much_better_than_chance(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peer_sklearn._GRID", {"logisticregression__C": (10,)})
    peer = SklearnPeer(prepared.frame["image"].tolist(), prepared.frame["text"].tolist(), prepared.labels)
    held_out = np.flatnonzero(prepared.fold == 0)
    found = peer.answers(np.flatnonzero(prepared.fold != 0), held_out)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (np.unique(prepared.labels)[found.argmax(axis=1)] == prepared.labels[held_out]).mean() > 0.4  # chance: 0.125


def test_gradients_tell_the_direction_of_an_edge() -> None:
    left = np.zeros((64, 64, 3), np.uint8)
    left[:, 32:] = 255
    upright, lying = gradients(left).reshape(7, 7, 4, 9), gradients(cv2.rotate(left, 0)).reshape(7, 7, 4, 9)
    assert np.linalg.norm(upright) == pytest.approx(1)
    assert upright[3, 3].sum(axis=0).argmax() == 0  # 0–20°
    assert lying[3, 3].sum(axis=0).argmax() == 4  # 80–100°
    assert upright[0, 0].sum() == 0
    assert gradients(np.zeros((64, 64, 3), np.uint8)).sum() == 0


def test_colours_are_shares_of_the_image() -> None:
    half = np.zeros((2, 2, 3), np.uint8)
    half[0] = 255
    found = colours(half)
    assert found.nonzero()[0].tolist() == [0, 63]
    np.testing.assert_allclose(found[[0, 63]], np.sqrt(0.5))


def test_the_network_reads_captions_in_words_of_its_training_pairs(prepared: Prepared) -> None:
    peer = KerasPeer(prepared.frame["image"].tolist()[:2], ["A red car", "a blue, BLUE car!"], prepared.labels[:2])
    (pixels, words), codes = peer._given(np.array([1, 0]), {"a": 2, "car": 3})
    assert pixels.shape == (2, 64, 64, 3)
    assert words[:, :5].tolist() == [[2, 1, 1, 3, 0], [2, 1, 3, 0, 0]]
    assert codes.shape == (2,)


def test_ratios_and_gaps_are_taken_from_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Rival(Finished(20.0, 18.0, 400.0, ""), 0.88, (0.86, 0.90))
    literal = Rival(Finished(300.0, 290.0, 9_000.0, ""), 0.40, (0.33, 0.48))
    others = {title: Rival(Finished(100.0, 90.0, 800.0, ""), 0.86, (0.83, 0.87)) for title in peers._PEERS.values()}
    monkeypatch.setattr(peers, "rivals", lambda data, pairs=None: {OURS: ours, LITERAL: literal, **others})
    report = peers.measure()
    said = {target.what: target for target in report.targets}
    assert said["The article's model, literally, takes longer:"].value == 15
    assert said["The article's model, literally, is larger:"].value == 22.5
    assert [target.met for what, target in said.items() if "lies above" in what] == [True, False, False, False]
    assert report.table.rows[0] == (f"stamps: {OURS}", "0.880 (0.860–0.900)", "20 (1.0×)", "18 (1.0×)", "400 (1.0×)")
    assert report.table.rows[1][2:] == ("300 (15.0×)", "290 (16.1×)", "9,000 (22.5×)")
    assert set(PEERS) < set(peers._PEERS)
