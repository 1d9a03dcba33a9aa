"""Taking out what is shown as supporting an answer lowers it: held-out pairs, by models that had not seen them."""

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.datasets.stamps import stamps
from mmdemo.explanation.contrary import contrary
from mmdemo.explanation.counterfactual import reduced, removable
from mmdemo.explanation.explain import explain
from mmdemo.model.model import Model
from tests.models import ROOT

pytestmark = pytest.mark.slow

PAIRS = 40
LEAST = 0.005  # of a probability: less is not seen on a page


@pytest.fixture(scope="module")
def effects(stamps_dir) -> dict[str, np.ndarray]:
    """For captions each word, for images all blue cells: what is shown, what lead and probability lose, and whether
    a sentence says why these differ; modality → float (n, 4)."""
    bundle, frame = load(ROOT / "models" / "everyday"), stamps(directory=stamps_dir).frame
    found: dict[str, list] = {"image": [], "text": []}
    for row_id, row in frame.sample(PAIRS, random_state=0).iterrows():
        model = bundle.model_for(str(row_id))
        for name, rows in found.items():
            rows += effects_in(model, {"image": row["image"], "text": row["text"]}, name)
    return {name: np.array(rows) for name, rows in found.items()}


def effects_in(model: Model, pair: dict, name: str) -> list[tuple[float, float, float, bool]]:
    evidence = model.examine(pair)
    before = model.answer(evidence)
    explained = explain(model, evidence, before)
    rival = explained.rival(before.label)
    places = [model.classes.index(one) for one in (before.label, rival)]
    units, values = explained.units(name, before.label)
    values = values[: len(removable(evidence, name))]
    told = {one.unit for one in contrary(explained, name, before.label, rival)}
    sets = [[i] for i in range(len(values))] if name in explained.removals else [np.flatnonzero(values > 0).tolist()]
    rows = []
    for taken in filter(None, sets):
        after = model.answer(reduced(model, evidence, {name: taken}))
        odds = np.log(before.probabilities[places]) - np.log(after.probabilities[places])
        lost = before.probabilities[places[0]] - after.probabilities[places[0]]
        rows.append((float(values[taken].sum()), odds[0] - odds[1], lost, units[taken[0]] in told))
    return rows


def test_the_lead_falls_without_any_word_that_supports_the_answer(effects) -> None:
    shown, lead, *_ = effects["text"].T
    assert (shown > 1e-3).sum() > PAIRS
    assert (lead[shown > 1e-3] > 0).all() and (lead[shown < -1e-3] < 0).all()


def test_the_answer_falls_too_or_a_sentence_says_why_not(effects) -> None:
    shown, _, lost, told = effects["text"].T
    seen = (shown > 1e-3) & (np.abs(lost) >= LEAST)
    assert (lost[seen] > 0).mean() > 0.9  # 0.957 of 115 words in 80 pairs
    assert ((lost[seen] > 0) | (told[seen] == 1)).all()


def test_the_answer_falls_without_the_blue_part_of_the_image(effects) -> None:
    """Painted over, not taken out of a sum: the network reads the rest anew, so that this is no certainty."""
    _, lead, lost, _ = effects["image"].T
    assert len(lead) > PAIRS * 0.9
    assert (lead > 0).mean() > 0.75 and (lost > 0).mean() > 0.8  # 0.88 and 0.92 of 98 images


