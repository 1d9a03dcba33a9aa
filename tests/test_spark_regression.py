"""Regressions whose gradients are summed in workers find what the local solver and MLlib find."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import sparse

from mmdemo.encoders.coordinates import Block as LocalBlock
from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import ConfigError
from mmdemo.model.regression import LinearFit, LinearProblem
from mmdemo.spark.axes import Columns, Products

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROWS, C = 240, 3.0
WIDTHS = {"image": (12,), "text": (30, 6)}
TURNED = {"image": (0,), "text": (1,)}  # the words of captions stay as they are
FACTORS = {"image": 0.7, "text": 1.3}
HEADS = {"image": ("image",), "text": ("text",), "fused": ("image", "text")}


@dataclass(frozen=True)
class Drawn:
    """Rows of some classes; every fifth lacks its image, every seventh its caption, and the last class all images."""

    codes: np.ndarray
    held: Mapping[str, np.ndarray]
    parts: Mapping[str, list[Any]]

    @classmethod
    def of(cls, classes: int) -> "Drawn":
        random = np.random.default_rng(classes)
        codes = np.arange(ROWS) % classes
        number = np.arange(ROWS)
        held = {"image": (number % 5 > 0) & ((codes < classes - 1) | (classes == 2)), "text": number % 7 > 0}
        parts: dict[str, list[Any]] = {}
        for name, widths in WIDTHS.items():
            means = [random.normal(size=(classes, width)) for width in widths]
            values = [mean[codes] + 2 * random.normal(size=(ROWS, len(mean[0]))) + 1 for mean in means]
            parts[name] = [np.where(held[name][:, np.newaxis], one, 0).astype(np.float32) for one in values]
        words = np.where(random.random((ROWS, 30)) < 0.2, np.abs(parts["text"][0]), 0)
        parts["text"][0] = sparse.csr_matrix(words.astype(np.float32))
        return cls(codes, held, parts)

    def columns(self) -> dict[str, Columns]:
        found = {}
        for name, parts in self.parts.items():
            turned = np.hstack([parts[place] for place in TURNED[name]])
            rest = [part.toarray() for place, part in enumerate(parts) if place not in TURNED[name]]
            others = np.hstack(rest) if rest else np.zeros((ROWS, 0))
            sums = np.concatenate([turned.sum(axis=0, dtype=float), others.sum(axis=0)])
            products = Products(WIDTHS[name], TURNED[name], turned.T @ turned, sums, (others**2).sum(axis=0))
            found[name] = products.columns(ROWS, felt=100.0)
        return found

    def members(self, names: tuple[str, ...]) -> np.ndarray:
        return np.flatnonzero(np.any([self.held[name] for name in names], axis=0))

    def features(self, name: str) -> np.ndarray:
        return np.hstack([part.toarray() if sparse.issparse(part) else part for part in self.parts[name]])


def fits(spark: "SparkSession", drawn: Drawn, classes: int) -> dict[str, LinearFit]:
    from mmdemo.spark.blocks import Block
    from mmdemo.spark.regression import Regression, fit_on_spark

    columns = drawn.columns()
    made = []
    for rows in np.array_split(np.arange(ROWS), 7):
        of = {name: columns[name].of([part[rows] for part in parts]) for name, parts in drawn.parts.items()}
        dense, rest = ({name: found[place] for name, found in of.items()} for place in (0, 1))
        made.append(Block(drawn.codes[rows], {name: one[rows] for name, one in drawn.held.items()}, dense, rest))
    blocks = spark.sparkContext.parallelize(made, 3)
    wanted = []
    for names in HEADS.values():
        members = drawn.members(names)
        known = np.isin(np.arange(classes), drawn.codes[members])
        wanted.append(Regression({name: FACTORS[name] for name in names}, C, len(members), known))
    shares: list[float] = []
    found, passes = fit_on_spark(blocks, columns, wanted, shares.append)
    assert 5 < passes < 200 and shares == sorted(shares) and shares[-1] == pytest.approx(1, abs=0.01)
    return dict(zip(HEADS, found, strict=True))


def probabilities(fit: LinearFit, features: Mapping[str, np.ndarray]) -> np.ndarray:
    powers = np.exp(fit.logits({name: features[name] for name in fit.coef}))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("classes", [2, 4])
def test_every_head_is_the_local_solvers(spark: "SparkSession", classes: int) -> None:
    drawn = Drawn.of(classes)
    found = fits(spark, drawn, classes)
    for head, names in HEADS.items():
        rows = drawn.members(names)
        features = {name: drawn.features(name)[rows] for name in names}
        problem = LinearProblem(
            {name: LocalBlock(one.astype(np.float64)) for name, one in features.items()}, FACTORS, drawn.codes[rows]
        )
        here, there = problem.fit(C), found[head]
        assert there.classes.tolist() == here.classes.tolist() == sorted(set(drawn.codes[rows].tolist()))
        assert np.abs(probabilities(there, features) - probabilities(here, features)).max() < 1e-3
    if classes == 2:
        for coef in found["fused"].coef.values():
            assert (coef[0] == -coef[1]).all()


def test_it_is_mllibs_optimum(spark: "SparkSession") -> None:
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.linalg import Vectors

    drawn = Drawn.of(4)
    features = {name: drawn.features(name) for name in WIDTHS}
    rows = drawn.members(HEADS["fused"])
    scaled = np.hstack([features[name] * FACTORS[name] for name in WIDTHS])[rows]
    pairs = zip(drawn.codes[rows].tolist(), scaled.astype(float), strict=True)
    table = [(float(code), Vectors.dense(row)) for code, row in pairs]
    solver = LogisticRegression(
        family="multinomial", standardization=False, regParam=1 / (len(rows) * C), tol=1e-9, maxIter=2_000
    )
    theirs = solver.fit(spark.createDataFrame(table, ["label", "features"]))
    logits = scaled @ theirs.coefficientMatrix.toArray().T + theirs.interceptVector.toArray()
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    ours = probabilities(fits(spark, drawn, 4)["fused"], features)[rows]
    assert np.abs(ours - powers / powers.sum(axis=1, keepdims=True)).max() < 1e-3


def test_large_gradients_are_added_up_in_one_worker(spark: "SparkSession", monkeypatch: pytest.MonkeyPatch) -> None:
    from mmdemo.spark import gradients, regression

    drawn = Drawn.of(4)
    usual = fits(spark, drawn, 4)
    monkeypatch.setattr(gradients, "_MOST_BYTES", 0)
    monkeypatch.setattr(regression, "MOST_WEIGHTS", 0)  # and each head is searched for alone
    for head, fit in fits(spark, drawn, 4).items():
        for name, coef in fit.coef.items():
            assert np.abs(coef - usual[head].coef[name]).max() < 0.01


def test_weights_that_do_not_fit_are_refused_before_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmdemo.model.config import ModelConfig
    from mmdemo.spark.regression import check_memory

    encoders: dict[str, Encoder] = {"image": ModelConfig().build_encoder("image")}
    check_memory(encoders, 1_000)
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"available": 10**9}))
    sentence = r"of 20,000 classes on 1,280 columns takes about 2,048 MB .* 1,000 MB are free"
    with pytest.raises(ConfigError, match=sentence):
        check_memory(encoders, 20_000)


def test_columns_along_axes_say_the_same_as_features() -> None:
    drawn = Drawn.of(4)
    for name, columns in drawn.columns().items():
        dense, rest = columns.of(drawn.parts[name])
        every = dense if rest is None else np.hstack([dense, rest.toarray()])
        assert np.allclose(every.mean(axis=0), columns.mean, atol=1e-4)
        assert np.allclose(every.var(axis=0), columns.variances, rtol=1e-3, atol=1e-4)
        width = dense.shape[1]
        apart = np.corrcoef(dense.T) - np.eye(width)
        assert np.abs(apart).max() < 1e-3
        weights = np.random.default_rng(0).normal(size=(3, len(columns.mean)))
        coef, shift = columns.lifted(weights)
        assert np.allclose(every @ weights.T, drawn.features(name) @ coef.T - shift, atol=1e-3)
