"""A modality that the library does not know, beside the others and instead of them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mmdemo.bundles.golden import check_golden, golden_of
from mmdemo.charts.data import limits_chart
from mmdemo.charts.heads import head_colour
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.encoders.coordinates import Block
from mmdemo.errors import BundleError, ConfigError
from mmdemo.evaluation.sentences import titles_of
from mmdemo.explanation.counterfactual import decisive, reduced
from mmdemo.explanation.effect import single_effects, single_operations
from mmdemo.explanation.explain import against, explain
from mmdemo.explanation.steps import waterfall_steps
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.batch import answers
from mmdemo.model.config import ModelConfig
from mmdemo.model.frame import frame_probabilities
from mmdemo.model.heads import head_title
from mmdemo.model.model import Head, Model
from mmdemo.model.regression import LinearProblem
from mmdemo.studies.robustness import FoldPairs, robustness
from mmdemo.walkthrough.dataset_map import spaces
from mmdemo.walkthrough.fused import walk_fused
from tests.smell import MINIMAL, SMELL, TRACES, drawn, pair_of, registered

THREE = {"image": "efficientnet", "text": "tfidf", "smell": "nose"}
HEADS = ("image", "text", "smell", "image+text", "image+smell", "text+smell", "fused")
SUBSETS = [*chain.from_iterable(combinations(THREE, size) for size in (1, 2, 3))]


def head_of(present: tuple[str, ...]) -> str:
    return "fused" if len(present) == 3 else "+".join(present)


def fitted(dataset: Dataset, encoders: dict[str, str]) -> Model:
    """A model of the whole dataset, each head fitted as it is."""
    config = ModelConfig(encoders, C=1.0)
    labels = dataset.frame["label"].to_numpy(str)
    columns = {name: dataset.frame[name].tolist() for name in encoders}
    ready = {name: config.build_encoder(name).fit(columns[name]) for name in encoders}
    features = {name: encoder.transform(columns[name]) for name, encoder in ready.items()}
    heads = {}
    for head in config.heads:
        blocks, ones = {name: Block(features[name]) for name in config.inputs(head)}, dict.fromkeys(encoders, 1.0)
        fit = LinearProblem(blocks, ones, labels).fit(1.0)
        heads[head] = Head(fit.coef, fit.intercept, 1.0, 1.0, dict.fromkeys(fit.coef, 1.0))
    return Model(config, dataset.classes, ready, heads, np.full(len(dataset.classes), 1 / len(dataset.classes)))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    with registered():
        return drawn(tmp_path_factory.mktemp("smelly"))


@pytest.fixture(scope="module")
def three(dataset: Dataset) -> Iterator[Model]:
    """A model of three modalities, while these are registered."""
    with registered():
        yield fitted(dataset, THREE)


@pytest.fixture
def beside() -> Iterator[None]:
    with registered():
        yield


@pytest.fixture
def alone() -> Iterator[None]:
    with registered(alone=True):
        yield


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("present", SUBSETS, ids="+".join)
def test_a_pair_is_answered_by_the_head_for_exactly_what_it_holds(
    three: Model, dataset: Dataset, present: tuple[str, ...]
) -> None:
    assert tuple(three.heads) == HEADS
    answer = three.classify(pair_of(dataset, 5, present))
    assert answer.head == head_of(present)
    assert set(answer.heads) == {head_of(some) for some in SUBSETS if set(some) <= set(present)}


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("smell", ["nose", "trained_nose", "whole_nose"])
@pytest.mark.parametrize("present", SUBSETS, ids="+".join)
def test_parts_add_up_for_every_subset(dataset: Dataset, present: tuple[str, ...], smell: str, three: Model) -> None:
    model = three if smell == "nose" else fitted(dataset, {"text": "tfidf", "smell": smell})
    given = [name for name in present if name in model.encoders] or ["smell"]
    for row in range(0, 80, 20):
        evidence = model.examine(pair_of(dataset, row, given))
        found = explain(model, evidence, model.answer(evidence))
        assert set(found.parts) == set(given)
        total = found.intercept + sum(part.total for part in found.parts.values())
        np.testing.assert_allclose(total, found.logits, atol=1e-4)
        for name, part in found.parts.items():
            assert bool(part.units) == model.encoders[name].additive
            assert not part.units or np.allclose(part.values.sum(axis=1), part.total, atol=1e-6)
        for k, label in enumerate(found.classes):
            assert sum(part for _, part in waterfall_steps(found, label)) == pytest.approx(found.logits[k], abs=1e-4)
        told = against(found, found.classes[0], found.classes[1])
        parts = told.intercept[0] + sum(part.total[0] for part in told.parts.values())
        assert parts == pytest.approx(found.logits[0] - found.logits[1], abs=1e-4)


@pytest.mark.usefixtures("beside")
def test_contributions_have_one_entry_a_modality_and_list_its_traces(three: Model, dataset: Dataset) -> None:
    evidence = three.examine(pair_of(dataset))
    written = explain(three, evidence, three.answer(evidence)).contributions("sea")
    assert list(written) == ["intercept", "image", "text", "smell", "words", "traces"]
    assert [name for name, _ in written["traces"]] == list(TRACES)
    assert sum(part for _, part in written["traces"]) == pytest.approx(written["smell"])


@pytest.mark.usefixtures("beside")
def test_an_explanation_that_does_not_add_up_is_a_fault(
    three: Model, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(evidence: Any, coef: np.ndarray) -> Any:
        part = SMELL.parts(evidence, coef)
        return replace(part, total=part.total + 0.086, values=part.values + 0.0215)  # the units agree with it

    monkeypatch.setitem(MODALITIES, "smell", replace(SMELL, parts=short))
    evidence = three.examine(pair_of(dataset))
    with pytest.raises(ArithmeticError, match=r"The parts image, text, smell and the intercept are off by 0\.086"):
        explain(three, evidence, three.answer(evidence))


@pytest.mark.usefixtures("beside")
def test_traces_are_taken_out(three: Model, dataset: Dataset) -> None:
    evidence = three.examine(pair_of(dataset, 0, ("text", "smell")))
    before = three.answer(evidence)
    found = decisive(three, evidence, before, "smell")
    assert found is None or (found.prediction.label != before.label and set(found.units) <= set(TRACES))
    assert three.answer(reduced(three, evidence, {"smell": range(4)})).head == "text"
    changed = {name: single_operations(three, name, value) for name, value in pair_of(dataset, 0, evidence).items()}
    effects = single_effects(three, evidence, changed)
    assert effects["Without the smell"].head == "text"
    assert effects["Without the caption"].head == "smell"


@pytest.mark.usefixtures("beside")
def test_a_frame_and_a_table_are_classified(three: Model, dataset: Dataset) -> None:
    frame = dataset.frame[list(THREE)].astype(object).head(7).copy()
    for row, present in enumerate(SUBSETS):
        frame.iloc[row, [place for place, name in enumerate(THREE) if name not in present]] = None
    found = frame_probabilities(three, frame)
    values = [{name: value for name, value in zip(THREE, row, strict=True) if value} for row in frame.to_numpy()]
    np.testing.assert_allclose(found, [three.classify(pair).probabilities for pair in values], atol=1e-6)
    rows = [TableRow(str(row), (), pair) for row, pair in enumerate(values)]
    *found_rows, last = answers(three, [*rows, TableRow("7", (), {"smell": "strong"})])
    assert [answer.head for answer in found_rows] == [*map(head_of, SUBSETS)]
    np.testing.assert_allclose([answer.probability for answer in found_rows], found.max(axis=1), atol=1e-6)
    assert last.error == "Got 'strong' for the smell but expected four numbers."
    with pytest.raises(ConfigError, match="Got 5 for the smell but expected four numbers"):
        frame_probabilities(three, pd.DataFrame({"smell": [5]}))


@pytest.mark.usefixtures("beside")
def test_golden_inputs_cover_every_subset_and_notice_a_change(three: Model) -> None:
    golden = golden_of(three)
    assert {tuple(given.split("+")) for given in golden["given"]} == set(SUBSETS)
    check_golden(three, golden, "here")
    for name in HEADS:
        head = three.heads[name]
        other = replace(three, heads={**three.heads, name: replace(head, intercept=head.intercept + np.eye(4)[0])})
        with pytest.raises(BundleError, match="answers differently"):
            check_golden(other, golden, "here")


@pytest.mark.usefixtures("beside")
def test_a_damaged_smell_leaves_the_heads_that_do_not_read_it_alone(three: Model, dataset: Dataset) -> None:
    columns = {name: dataset.frame[name].tolist() for name in THREE}
    tested = [FoldPairs(three, columns, dataset.frame["label"].to_numpy(str))]
    curves = {curve.title: curve for curve in robustness(tested, lambda done: None).curves}
    wind = curves["Smells in the wind"]
    for head in ("image", "text", "image+text"):
        assert len(set(wind.accuracy[head])) == 1
    for head, rest in (("fused", "image+text"), ("image+smell", "image"), ("text+smell", "text")):
        assert wind.accuracy[head][-1] == wind.accuracy[rest][-1]
    assert curves["Smells of something else"].accuracy["smell"][-1] < 0.5
    dropped = curves["Words left out"]
    assert dropped.accuracy["fused"][-1] == pytest.approx(dropped.accuracy["image+smell"][-1])


@pytest.mark.usefixtures("beside")
def test_the_fused_vector_has_its_block_and_the_map_its_space(three: Model, dataset: Dataset) -> None:
    evidence = three.examine(pair_of(dataset))
    walk = walk_fused(three, evidence, three.answer(evidence), {})
    assert [block.columns.title for block in walk.blocks][-1] == "Smell (Nose)"
    np.testing.assert_allclose(walk.intercept + sum(block.parts for block in walk.blocks), walk.logits, atol=1e-4)
    assert set(spaces(three, dataset.frame.head(20))) == {*THREE, "fused"}


@pytest.mark.usefixtures("beside")
def test_heads_have_titles_and_colours_of_their_own() -> None:
    titles = list(titles_of(HEADS).values())
    assert titles[2:] == ["Smell alone", "Image + caption", "Image + smell", "Caption + smell", "All"]
    assert len({head_colour(head) for head in HEADS}) == len(HEADS)


@pytest.mark.usefixtures("beside")
def test_a_model_of_two_of_three_modalities_says_both() -> None:
    limits = limits_chart({"image": 0.6, "text": 0.7, "fused": 0.9})
    drawn = [row["head"] for row in next(iter(limits.to_dict()["datasets"].values()))]
    assert "Both" in drawn
    assert "All" not in drawn
    assert head_title("fused", ["text", "smell"]) == "Both"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("smell", [SMELL, MINIMAL], ids=["full", "minimal"])
def test_a_modality_is_enough_on_its_own(smell: Any, tmp_path: Path) -> None:
    with registered(smell, alone=True):
        data = drawn(tmp_path, modalities=["smell"])
        model = fitted(data, {"smell": "nose"})
        assert ModelConfig().heads == tuple(model.heads) == ("smell",)
        evidence = model.examine(pair_of(data))
        found = explain(model, evidence, model.answer(evidence))
        assert found.contributions("sea").keys() == {"intercept", "smell", smell.units.nouns}
        assert bool(found.parts["smell"].units) == (smell is SMELL)
        with pytest.raises(ConfigError, match="There are no image cells to paint"):
            found.heat_map()
        check_golden(model, golden_of(model), "here")
        with pytest.raises(ConfigError, match=r"There is nothing to classify: give a smell\."):
            model.classify({"image": "x.png"})
        right = [model.classify(pair_of(data, row)).label == data.frame["label"].iloc[row] for row in range(80)]
        assert np.mean(right) > 0.5
        tested = [FoldPairs(model, {"smell": data.frame["smell"].tolist()}, data.frame["label"].to_numpy(str))]
        assert robustness(tested, lambda done: None).curves[-1].title == "Smells of something else"
