"""What stands beside an answer on a page: sure, not sure, or in doubt, for pairs that once misled people."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import load
from mmdemo.datasets.examples import example_pairs
from mmdemo.model.certainty import SURE
from mmdemo.model.model import Model, Prediction
from tests.models import ROOT
from tests.planted.images import invoice

DOUBTED, UNSURE = "This answer may not hold", "Not sure: "


@pytest.fixture(scope="module")
def model() -> Model:
    return load(ROOT / "models" / "everyday").model


def draw(prediction) -> None:
    from mmdemo.ui import answer_line

    answer_line.draw(prediction)


def said(prediction: Prediction) -> str:
    app = AppTest.from_function(draw, args=(prediction,), default_timeout=60).run()
    assert not app.exception
    return " ".join(one.value for one in (*app.header, *app.markdown)).replace("\\", "")


def image_of(name: str) -> Any:
    return next(pair.image for pair in example_pairs() if pair.name == name)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"image": "Apple", "text": "a red car driving on the road"}, "The image says food, the caption says vehicles"),
        ({"image": "Apple", "text": "一个红色的苹果"}, "This caption seems to be Chinese"),
        ({"image": "an invoice"}, "unlike"),
    ],
)
def test_what_puts_an_answer_in_doubt_stands_beside_it(
    model: Model, values: dict[str, str], why: str
) -> None:
    pixels = np.asarray(invoice(np.random.default_rng(3)).convert("RGB"))
    image = pixels if values["image"] == "an invoice" else image_of(values["image"])
    prediction = model.classify({**values, "image": image})
    assert why in said(prediction)
    assert_doubted(prediction)
    assert_doubted(replace(sure_answer(model), warnings=prediction.warnings))


def assert_doubted(prediction: Prediction) -> None:
    shown = said(prediction)
    assert DOUBTED in shown and all(one.sentence in shown for one in prediction.warnings)
    assert "green" not in shown and "such answers are right" not in shown, "it is called sure"


def sure_answer(model: Model) -> Prediction:
    return model.classify({"image": image_of("Car"), "text": "a jaguar on the road"})


@pytest.mark.parametrize("sure", [True, False])
def test_an_answer_is_sure_where_its_own_probability_says_so(model: Model, sure: bool) -> None:
    prediction = sure_answer(model) if sure else model.classify({"text": "a thing on the road"})
    assert (prediction.probabilities.max() >= SURE) == sure and not prediction.warnings
    shown = said(prediction)
    assert ("green-badge" in shown) == sure and (UNSURE in shown) != sure and "of 10" in shown
