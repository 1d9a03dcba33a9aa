"""What is concluded from trainings on Spark."""

import pytest

from benchmarks.spark import Trained, added, driver_table, of_many, stages_table, targets


def trained(pairs: int, seconds: float, java: float = 700) -> Trained:
    return Trained(seconds, {"encode": pairs / 50, "fit": seconds - pairs / 50}, 300, java, 200 + java)


LINE = {pairs: trained(pairs, 60 + pairs / 40) for pairs in (12_500, 25_000, 50_000)}
ENCODED = {1: [10.0, 12.0, 50.0], 2: [6.0, 5.0, 7.0]}


def test_a_training_in_proportion_to_its_pairs_makes_an_added_pair_cost_the_same() -> None:
    assert added(LINE) == pytest.approx([1 / 40, 1 / 40])
    said = {target.what: target for target in targets(LINE, ENCODED)}
    assert said["An added pair, beside one added before:"].value == pytest.approx(1)
    assert all(target.met for target in said.values())


def test_what_grows_faster_or_takes_more_is_missed() -> None:
    square = {pairs: trained(pairs, (pairs / 1000) ** 2, java=pairs / 45) for pairs in LINE}
    found = targets(square, {1: [10.0], 2: [8.0]})
    assert [target.met for target in found] == [False, False, False]
    assert [target.value for target in found] == pytest.approx([200 + 50_000 / 45, 2, 1.25])


def test_many_pairs_take_what_is_fixed_and_what_the_cores_share() -> None:
    assert of_many(LINE, 10_000_000, 2) == pytest.approx((60 + 250_000) / 3600)
    assert of_many(LINE, 10_000_000, 64) == pytest.approx((60 + 250_000 / 32) / 3600)


def test_tables_give_seconds_and_pairs_a_second() -> None:
    assert stages_table(LINE).rows[0] == ("encoding the pairs", "250.0 (50)", "500.0 (50)", "1000.0 (50)")
    assert driver_table(LINE).rows[:2] == [
        ("12,500", "300", "700", "900", "–"), ("25,000", "300", "700", "900", "25.0")
    ]  # fmt: skip


def test_one_size_gives_no_growth() -> None:
    one = {12_500: LINE[12_500]}
    assert [target.what for target in targets(one, ENCODED)] == [
        "Driver's peak, Python and Java at once:", "Encoding on 2 cores, beside one:"
    ]  # fmt: skip
