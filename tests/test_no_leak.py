"""Nothing that a fold learns or chooses depends on the pairs held out in it; leaks planted here are caught."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmdemo.bundles.writing import save
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.training import train as training
from mmdemo.training.encoding import Encoded, Encodings
from mmdemo.training.plan import Leave, Plan, plan_of
from mmdemo.training.split import Prepared, prepare
from mmdemo.training.train import TrainedModel, train

CONFIG = ModelConfig(encoders={"image": "efficientnet", "text": "tfidf"})
FOLD = 0
ROUNDING = 1e-3


def with_other_pairs(prepared: Prepared) -> Prepared:
    """The same folds, but each pair of one has the image and label of the next, and words that were never written."""
    frame, held_out = prepared.frame.copy(), prepared.fold == FOLD
    for column in ("image", "label"):
        frame.loc[held_out, column] = np.roll(frame.loc[held_out, column].to_numpy(), 1)
    frame.loc[held_out, "text"] = [f"unheard {label} {i}" for i, label in enumerate(frame.loc[held_out, "label"])]
    return replace(prepared, frame=frame)


def model_of(trained: TrainedModel) -> Model:
    """The model that has not seen the fold."""
    return trained.fold_models.get(FOLD, trained.model)


def assert_blind(config: ModelConfig) -> None:
    """Fail unless the fold's model is the same when the pairs held out in it are others, but for rounding.

    Frozen features are turned to the principal axes of all pairs, which moves the last digits and nothing else.
    """
    dataset: Dataset = homonyms(n=120)
    prepared = prepare(dataset, config)
    once, again = (train(dataset, config, prepared=one) for one in (prepared, with_other_pairs(prepared)))
    rows = once.held_out.fold == FOLD
    assert not np.array_equal(once.held_out.probabilities["fused"][rows], again.held_out.probabilities["fused"][rows])
    for name, head in model_of(once).heads.items():
        other = model_of(again).heads[name]
        assert (head.C, dict(head.weights).keys()) == (other.C, dict(other.weights).keys()), name
        assert head.temperature == pytest.approx(other.temperature, rel=ROUNDING)
        assert [*head.weights.values()] == pytest.approx([*other.weights.values()], rel=ROUNDING)
        np.testing.assert_allclose(head.intercept, other.intercept, atol=ROUNDING)
        for part, coef in head.coef.items():
            np.testing.assert_allclose(coef, other.coef[part], atol=ROUNDING * np.abs(coef).max())


@pytest.mark.parametrize("folds", [1, 3, pytest.param(5, marks=pytest.mark.thorough)])
def test_a_fold_is_blind_to_its_pairs(folds: int) -> None:
    assert_blind(replace(CONFIG, folds=folds))


def judged_on_itself(prepared: Prepared, config: ModelConfig) -> Plan:
    plan = plan_of(prepared, config)
    return replace(plan, judges={target: (*target, *parts) for target, parts in plan.judges.items()})


def fitted_on_all(prepared: Prepared, config: ModelConfig) -> Plan:
    class Leaky(Plan):
        def rows(self, leave: Leave) -> np.ndarray:
            return np.ones(len(self.part), bool)

    return Leaky(**{name: getattr(plan_of(prepared, config), name) for name in ("part", "judged", "served", "judges")})


@pytest.mark.slow
@pytest.mark.parametrize("plan", [judged_on_itself, fitted_on_all], ids=lambda plan: plan.__name__)
@pytest.mark.parametrize("folds", [3, pytest.param(1, marks=pytest.mark.thorough)])
def test_a_planted_leak_is_caught(
    plan: Callable[[Prepared, ModelConfig], Plan], folds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "plan_of", plan)
    with pytest.raises((AssertionError, ValueError)):
        assert_blind(replace(CONFIG, folds=folds))


@pytest.mark.slow
def test_an_encoder_that_sees_all_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted_on = Encodings.fitted_on

    def leaky(self: Encodings, rows: np.ndarray) -> Encoded:
        return fitted_on(self, np.ones_like(rows))

    monkeypatch.setattr(Encodings, "fitted_on", leaky)
    with pytest.raises((AssertionError, ValueError)):
        assert_blind(replace(CONFIG, folds=3))


def test_no_held_out_row_lies_among_the_training_rows_of_one_split(tmp_path: Path) -> None:
    trained = train(homonyms(n=80), ModelConfig(encoders={"text": "tfidf"}, C=3.0, folds=1))
    save(trained, tmp_path / "model", "python -m mmdemo train", {})
    with np.load(tmp_path / "model" / "train.npz") as learnt, np.load(tmp_path / "model" / "held_out.npz") as tested:
        assert not {*learnt["ids"]} & {*tested["ids"]}
        assert {*learnt["ids"], *tested["ids"]} == {*trained.dataset.frame.index}
