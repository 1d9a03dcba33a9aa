"""What is chosen on pairs left out of a fit: against trying everything, and blind to the pairs it is judged on."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.encoders.coordinates import Block, Coordinates
from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.regression import LinearProblem
from mmdemo.training.encoding import Encoded, Encodings
from mmdemo.training.plan import Plan, plan_of, plan_of_all
from mmdemo.training.selection import C_GRID, Choice, Selection, best_temperature, nats
from mmdemo.training.split import Prepared

BOTH = ModelConfig(encoders={"image": "article_cnn", "text": "tfidf"})
LABELS = np.array(["a", "b", "c"]).repeat(20)
CODES = np.unique(LABELS, return_inverse=True)[1]
CAPTIONS = [f"{label}word common {i % 7} {'abc'[i % 3]}word" for i, label in enumerate(LABELS)]
FOLD = np.arange(60) % 5


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on several threads."""
    with threadpool_limits(1):
        yield


def features(seed: int = 0, width: int = 90, noise: float = 6.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(60, width)) * noise + rng.normal(size=(3, width)).repeat(20, axis=0)


def prepared(captions: list[str] = CAPTIONS, fold: np.ndarray = FOLD) -> Prepared:
    ids = [f"row {i}" for i in range(60)]
    frame = pd.DataFrame({"image": ids, "text": captions, "label": LABELS}, index=ids)
    nothing = np.zeros(60, bool)
    return Prepared(frame, {"image": nothing, "text": nothing}, fold, np.array(ids), nothing, (), ())


def selection(
    config: ModelConfig = BOTH,
    data: Prepared | None = None,
    image: np.ndarray | None = None,
    plan: Plan | None = None,
) -> Selection:
    data = data or prepared()
    columns = {name: data.frame[name].tolist() for name in config.encoders}
    missing = {name: data.missing[name] for name in config.encoders}
    encodings = Encodings(config, columns, missing, LABELS, lambda event: None)
    if config.encoders.get("image") == "article_cnn":
        encodings._frozen["image", 0] = None, Coordinates.of(features() if image is None else image)
    return Selection(config, plan or plan_of(data, config), encodings, CODES, {n: ~m for n, m in missing.items()})


def losses_by_hand(head: str, fold: int, captions: list[str] = CAPTIONS) -> dict[float, float]:
    """C → log loss on the training pairs of a fold, every fit made anew, as the definition says."""
    image, rows_of_fold, losses = features(), fold != FOLD, {}
    for C in C_GRID:
        logits = np.full((60, 3), np.nan)
        for inner in sorted(set(range(5)) - {fold}):
            rows, held_out = np.flatnonzero(rows_of_fold & (inner != FOLD)), np.flatnonzero(inner == FOLD)
            encoder = MODALITIES["text"].build("tfidf", {}).fit([captions[i] for i in rows])
            blocks = {
                "image": (image[rows], image[held_out]),
                "text": tuple(encoder.transform([captions[i] for i in part]) for part in (rows, held_out)),
            }
            used = {name: blocks[name] for name in BOTH.inputs(head)}
            factors = {name: BlockScaler().fit(fitted).factor for name, (fitted, _) in used.items()}
            problem = LinearProblem({name: Block(block[0]) for name, block in used.items()}, factors, LABELS[rows])
            logits[held_out] = problem.fit(C).logits({name: block[1] for name, block in used.items()})
        losses[C] = nats(logits[rows_of_fold], CODES[rows_of_fold])
    return losses


@pytest.mark.parametrize("head", ["image", "text", "fused"])
@pytest.mark.parametrize("fold", [0, 3])
def test_the_chosen_c_has_the_least_log_loss_of_the_whole_grid(head: str, fold: int) -> None:
    found, losses = selection().choose(frozenset({fold}))[head], losses_by_hand(head, fold)
    assert found.log_loss == pytest.approx(losses[found.C], abs=5e-3)
    assert losses[found.C] <= min(losses.values()) + 2e-3


def test_a_fit_that_serves_two_folds_is_made_once_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[frozenset[int], object]] = []
    fit_all = Selection._fit_all

    def noted(self: Selection, leave: frozenset[int], wanted: list, *rest) -> None:
        made.extend((leave, one) for one in wanted)
        fit_all(self, leave, wanted, *rest)

    monkeypatch.setattr(Selection, "_fit_all", noted)
    together = selection()
    found = {fold: together.choose(frozenset({fold})) for fold in range(5)}
    assert len(made) == len(set(made))
    assert len({leave for leave, _ in made}) == 10  # of 20 pairs of an outer and an inner fold
    for fold in (1, 4):
        alone = selection().choose(frozenset({fold}))
        for head, choice in alone.items():
            assert found[fold][head].C == choice.C
            assert found[fold][head].temperature == pytest.approx(choice.temperature, rel=1e-6)
    assert together._logits == {}  # what no choice needs any more is dropped


def test_a_given_c_is_kept_and_still_calibrated() -> None:
    found = selection(ModelConfig(encoders=BOTH.encoders, C=7.0)).choose(frozenset({0}))
    assert {choice.C for choice in found.values()} == {7.0}
    assert all(choice.temperature > 0 for choice in found.values())


def test_progress_only_rises() -> None:
    told: list[float] = []
    selection().choose(frozenset({0}), told.append)
    assert told == sorted(told)
    assert len(told) > 10
    assert told[-1] <= 1


@pytest.mark.parametrize("folds", [1, 5])
def test_words_of_left_out_pairs_are_not_known(folds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each caption holds one word that no other has: an encoder fitted on a left-out pair knows it.
    known: list[set[str]] = []
    fitted_on = Encodings.fitted_on

    def noted(self: Encodings, rows: np.ndarray) -> Encoded:
        encoded = fitted_on(self, rows)
        known.append(set(encoded.encoders["text"].get_feature_names_out()) - {"word"})
        return encoded

    monkeypatch.setattr(Encodings, "fitted_on", noted)
    captions = [f"unique{i} word" for i in range(60)]
    config = ModelConfig(encoders={"text": "tfidf"}, folds=folds, C=10.0)
    data = prepared(captions, FOLD if folds == 5 else np.where(FOLD == 0, 0, -1))
    plan = plan_of(data, config)
    found = selection(config, data, plan=plan).choose(frozenset({0}))
    assert len(known) == (4 if folds == 5 else 5)
    for words, leave in zip(known, plan.fits(frozenset({0})), strict=True):
        assert words == {f"unique{i}" for i in np.flatnonzero(plan.rows(leave))}
        assert not words & {f"unique{i}" for i in np.flatnonzero(FOLD == 0)}
    assert found["text"].log_loss >= np.log(3) - 0.01  # no better than guessing


def test_every_training_pair_judges_once() -> None:
    for plan in (plan_of(prepared(), BOTH), plan_of_all(prepared(), BOTH)):
        for target in plan.judges:
            judged = np.concatenate([np.flatnonzero(plan.part == part) for part in plan.judges[target]])
            assert sorted(judged) == np.flatnonzero(plan.rows(target)).tolist()


@pytest.mark.parametrize(("copies", "judges"), [(1, 4), (200, 2), (600, 1)])
@pytest.mark.parametrize("folds", [3, 5, 10])
def test_the_more_pairs_the_fewer_folds_judge(copies: int, judges: int, folds: int) -> None:
    once = prepared(fold=np.arange(60) % folds)
    frame = pd.concat([once.frame] * copies)
    plan = plan_of(replace(once, frame=frame, fold=np.tile(once.fold, copies)), replace(BOTH, folds=folds))
    wanted = min(judges, folds - 1) if judges < 4 else folds - 1
    assert set(plan.judges) == {frozenset({fold}) for fold in range(folds)}
    for target, parts in plan.judges.items():
        assert len(parts) == len(set(parts)) == wanted
        assert not target & set(parts)
    fits = {leave for target in plan.judges for leave in plan.fits(target)}
    assert len(fits) == {1: -(-folds // 2), 2: folds}.get(wanted if copies > 1 else 0, folds * (folds - 1) // 2)


def test_the_model_for_new_pairs_takes_what_the_folds_agree_on() -> None:
    one = selection()
    names, logits = ("image", "text"), np.zeros((60, 3))
    chosen = [Choice(C, dict.fromkeys(names, 1.0), 1.0, 0.0) for C in (30.0, 1.0, 100.0, 3.0, 30.0)]
    logits[np.arange(60), CODES] = 2.0
    logits[::7] = 0.1 * np.arange(3)
    agreed = one.agreed(chosen, logits, names)
    assert agreed.C == 30.0
    assert agreed.temperature == best_temperature(logits, CODES)


def test_a_planted_leak_is_seen() -> None:
    # The same with features in which each row knows its own label: held-out pairs are then answered without a fault.
    image_only = ModelConfig(encoders={"image": "article_cnn"})
    fold = frozenset({0})
    leaked = selection(image_only, image=np.eye(3)[CODES]).choose(fold)["image"]
    assert leaked.log_loss < 0.05
    assert selection(image_only, image=np.eye(60)).choose(fold)["image"].log_loss >= np.log(3) - 0.01


def test_pairs_that_lack_a_modality_train_and_judge_only_what_they_hold() -> None:
    data = prepared()
    missing = {"image": np.zeros(60, bool), "text": np.arange(60) < 20}  # the whole first class
    data = replace(data, missing=missing)
    one = selection(data=data, plan=plan_of_all(data, BOTH))
    choices = one.choose(frozenset())
    encoded, heads = one.fit(frozenset(), choices)
    assert not encoded.coordinates["text"].parts[0][:20].toarray().any()
    logits = heads["text"].logits(encoded, np.arange(60))
    assert set(logits.argmax(axis=1)) <= {1, 2}  # a class without captions is never the answer to a caption
    assert np.isfinite(logits).all()
    assert set(heads["fused"].logits(encoded, np.arange(60)).argmax(axis=1)) == {0, 1, 2}


def test_a_trained_networks_rows_are_held_out_from_it_and_its_weight_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fits: list[int] = []

    class Memory(Encoder):
        """Know the labels of the rows that it was fitted on, and nothing of others, as an overfitted network does."""

        frozen = False
        trained = True
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
    data = prepared([f"{label}word" for label in LABELS], np.where(FOLD == 0, 0, -1))
    one = selection(config, data)
    found: dict[str, Choice] = one.choose(frozenset({0}))
    one.fit(frozenset({0}), found)
    assert len(fits) == 2  # one network to choose by, and the one that is kept
    assert fits[0] < fits[1] == 48
    assert found["fused"].weights["image"] == 0.125  # so that it does not drown the words
    assert found["fused"].weights["text"] == 1.0
    assert found["image"].weights == {"image": 1.0}
    assert found["fused"].log_loss < found["image"].log_loss
