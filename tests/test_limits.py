"""The models of 1,200 homonyms come near the best possible accuracy, which is known."""

import pytest

from benchmarks import limits


@pytest.mark.slow
@pytest.mark.thorough
def test_every_model_is_near_its_limit() -> None:
    report = limits.measure()
    assert len(report.targets) == 3
    assert all(target.met for target in report.targets), report.markdown()
