"""What is chosen on held-out folds of the training pairs: against trying everything, and blind to those folds."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.gram_coordinates import Block
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.regression import LinearProblem
from mmdemo.training.folds import folds
from mmdemo.training.selection import C_GRID, Choice, choose, nats

BOTH = ModelConfig(encoders={"image": "article_cnn", "text": "tfidf"})
LABELS = np.array(["a", "b", "c"]).repeat(20)
CAPTIONS = [f"{label}word common {i % 7} {'abc'[i % 3]}word" for i, label in enumerate(LABELS)]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on several threads."""
    with threadpool_limits(1):
        yield


def features(seed: int = 0, width: int = 90, noise: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(60, width)) * noise + rng.normal(size=(3, width)).repeat(20, axis=0)


def chosen(
    config: ModelConfig = BOTH,
    captions: list[str] = CAPTIONS,
    image: np.ndarray | None = None,
    labels: np.ndarray = LABELS,
    report: Callable[[float], None] = lambda done: None,
) -> dict[str, Choice]:
    frozen = {"image": features(noise=6.0) if image is None else image} if "image" in config.encoders else {}
    return choose(config, {"image": [None] * len(labels), "text": captions}, frozen, labels, lambda event: None, report)


@pytest.mark.parametrize("head", ["image", "text", "fused"])
def test_the_chosen_c_has_the_least_log_loss_of_the_whole_grid(head: str) -> None:
    # Everything is fitted again here, fold by fold and C by C, as its definition says.
    codes = np.unique(LABELS, return_inverse=True)[1]
    image, losses = features(noise=6.0), {}
    for C in C_GRID:
        logits = np.empty((60, 3))
        for rows, held_out in folds(BOTH, LABELS):
            encoder = MODALITIES["text"].build("tfidf", {}).fit([CAPTIONS[i] for i in rows])
            blocks = {
                "image": (image[rows], image[held_out]),
                "text": tuple(encoder.transform([CAPTIONS[i] for i in part]) for part in (rows, held_out)),
            }
            used = {name: blocks[name] for name in BOTH.inputs(head)}
            factors = {name: BlockScaler().fit(fitted).factor for name, (fitted, _) in used.items()}
            problem = LinearProblem({name: Block(block[0]) for name, block in used.items()}, factors, LABELS[rows])
            logits[held_out] = problem.fit(C).logits({name: block[1] for name, block in used.items()})
        losses[C] = nats(logits, codes)
    found = chosen()[head]
    assert found.C in C_GRID
    assert found.log_loss == pytest.approx(losses[found.C], abs=5e-3)
    assert losses[found.C] <= min(losses.values()) + 2e-3


def test_a_given_c_is_kept_and_still_calibrated() -> None:
    found = chosen(ModelConfig(encoders=BOTH.encoders, C=7.0))
    assert {choice.C for choice in found.values()} == {7.0}
    assert all(choice.temperature > 0 for choice in found.values())


def test_choices_are_the_same_each_time_and_depend_on_the_seed_of_the_folds() -> None:
    assert chosen() == chosen()
    other = chosen(ModelConfig(encoders=BOTH.encoders, seed=1))
    assert other["fused"].log_loss != chosen()["fused"].log_loss


def test_progress_is_told_for_each_head() -> None:
    told: list[float] = []
    chosen(report=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_words_of_held_out_rows_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each caption holds one word that no other has: an encoder fitted on all rows would know it.
    fitted: list[set[str]] = []
    encoder = type(MODALITIES["text"].build("tfidf", {}))
    fit = encoder.fit_reporting
    monkeypatch.setattr(encoder, "fit_reporting", lambda self, X, *rest: fitted.append(set(X)) or fit(self, X, *rest))
    captions = [f"unique{i} word" for i in range(60)]
    found = chosen(ModelConfig(encoders={"text": "tfidf"}), captions)
    every = folds(ModelConfig(encoders={"text": "tfidf"}), LABELS)
    assert fitted == [{captions[i] for i in rows} for rows, _ in every]
    assert sorted(np.concatenate([held_out for _, held_out in every])) == list(range(60))
    assert found["text"].log_loss >= np.log(3) - 0.01  # no better than guessing


def test_a_planted_leak_is_seen() -> None:
    # The same with features in which each row knows its own label: held-out pairs are then answered without a fault.
    leaked = np.eye(3)[np.unique(LABELS, return_inverse=True)[1]]
    assert chosen(ModelConfig(encoders={"image": "article_cnn"}), image=leaked)["image"].log_loss < 0.05
    blind = np.eye(60)
    found = chosen(ModelConfig(encoders={"image": "article_cnn"}), image=blind)["image"]
    assert found.log_loss >= np.log(3) - 0.01
    assert found.threshold == 1.0 or found.log_loss < 2


def test_a_trained_networks_rows_are_held_out_from_it_and_its_weight_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fits: list[int] = []

    class Memory(Encoder):
        """Know the labels of the rows that it was fitted on, and nothing of others, as an overfitted network does."""

        frozen = False
        settings = None

        def fit(self, X, y=None):
            self.seen_ = {value: np.eye(3)["abc".index(label)] for value, label in zip(X, y, strict=True)}
            fits.append(len(X))
            return self

        def transform(self, X):
            return np.array([self.seen_.get(value, np.full(3, 1 / 3)) for value in X])

        examine = get_feature_names_out = None  # nobody asks

    config = ModelConfig(encoders={"image": "trained_cnn", "text": "tfidf"})
    build = ModelConfig.build_encoder
    memory = lambda self, name, cache=None: Memory() if name == "image" else build(self, name, cache)  # noqa: E731
    monkeypatch.setattr(ModelConfig, "build_encoder", memory)
    columns = {"image": [f"image {i}" for i in range(60)], "text": [f"{label}word" for label in LABELS]}
    found = choose(config, columns, {}, LABELS, lambda event: None, lambda done: None)
    assert fits == [48]  # one network, on 80 % of the rows
    assert found["fused"].weights["image"] == 0.125  # so that it does not drown the words
    assert found["fused"].weights["text"] == 1.0
    assert found["image"].weights == {"image": 1.0}
    assert found["fused"].log_loss < found["image"].log_loss
