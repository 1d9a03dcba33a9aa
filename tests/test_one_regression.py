"""Training, seen from outside: one logistic regression of scikit-learn's on scaled features, divided by a number."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess.text import clean
from mmdemo.training.train import train

C = 3.0


def test_logits_are_scikit_learns_divided_by_the_temperature() -> None:
    # Classes of unequal shares, so that the intercepts are not all alike.
    dataset = homonyms(n=240)
    labels = sorted(set(dataset.frame["label"]))
    frame = dataset.frame.drop(dataset.frame.index[dataset.frame["label"].eq(labels[0])][10:])
    trained = train(replace(dataset, frame=frame), ModelConfig(encoders={"text": "tfidf"}, C=C, folds=1))
    head = trained.model.heads["text"]
    assert head.temperature != pytest.approx(1, abs=0.05)

    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\S+")
    rows = frame.loc[trained.train_ids]
    X = words.fit_transform(rows["text"].map(clean)).toarray()
    scale = np.sqrt(X.var(axis=0).sum())
    theirs = LogisticRegression(C=C, tol=1e-10, max_iter=100_000).fit(X / scale, rows["label"])
    assert np.ptp(theirs.intercept_) > 0.2

    captions = frame.loc[trained.held_out.ids, "text"]
    expected = theirs.decision_function(words.transform(captions.map(clean)).toarray() / scale)
    found = [trained.model.answer(trained.model.examine({"text": caption})).logits for caption in captions]
    np.testing.assert_allclose(np.array(found) * head.temperature, expected, atol=0.01)
