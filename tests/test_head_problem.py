"""A fit on pairs that lack some classes becomes a head of all classes."""

import numpy as np

from mmdemo.model.regression import LinearFit
from mmdemo.training.head_problem import of_all_classes


def test_classes_that_no_pair_has_are_never_the_answer() -> None:
    rng = np.random.default_rng(1)
    coef = {"image": rng.normal(size=(2, 3)), "text": rng.normal(size=(2, 4))}
    fit = LinearFit(1.0, np.array([0, 2]), coef, np.array([0.5, -0.5]))
    features = {"image": rng.normal(size=(6, 3)), "text": rng.normal(size=(6, 4))}
    head = of_all_classes(fit, 4, {"image": 2.0, "text": 0.5})
    logits = head.intercept + sum(features[name] @ rows.T for name, rows in head.coef.items())
    assert np.allclose(logits[:, [0, 2]], fit.logits(features))
    assert (logits[:, [1, 3]].max(axis=1) < logits[:, [0, 2]].min(axis=1) - 15).all()
    assert head.factors == {"image": 2.0, "text": 0.5}
