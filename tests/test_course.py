"""One bar a run: it only rises, whatever is reported, and the seconds left follow the pace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.jobs.progress import Progress
from mmdemo.training.course import Course
from mmdemo.training.networks import Networks

STAGES = ("load", "features", "fit", "evaluate", "save")
SECONDS = st.floats(0.0, 1e4)
EXPECTED = st.tuples(*[SECONDS] * 5).map(lambda seconds: dict(zip(STAGES, seconds, strict=True)))
ACTUAL = st.tuples(*[st.floats(0.1, 1e4)] * 5)
EVENTS = st.lists(st.tuples(st.sampled_from((*STAGES, "other")), st.floats(-1, 2) | st.just(float("nan")), SECONDS))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(EXPECTED, EVENTS, EXPECTED, st.integers(0, 20))
def test_any_events_give_a_bar_that_only_rises_and_a_finite_time_left(expected, events, better, when) -> None:
    clock = Clock()
    course, shares = Course(expected, clock), [0.0]
    for place, (stage, done, seconds) in enumerate(events):
        if place == when:
            course.expect(better)
        clock.now += seconds
        course.at(stage, done)
        shares.append(course.share)
        assert 0 <= course.left() < float("inf")
    assert shares == sorted(shares) and shares[-1] <= 1
    course.at("save", 1.0)
    assert course.share == pytest.approx(1) and course.left() == pytest.approx(0)


@given(EXPECTED, ACTUAL)
def test_once_a_stage_is_half_done_its_own_pace_counts(expected, actual) -> None:
    clock = Clock()
    course = Course(expected, clock)
    for stage, seconds in zip(STAGES, actual, strict=True):
        course.at(stage, 0.0)
        clock.now += seconds / 2
        course.at(stage, 0.5)
        after = STAGES[STAGES.index(stage) + 1 :]
        later = sum(expected[name] for name in after)
        assert seconds / 2 - 1e-6 <= course.left() <= seconds / 2 + 4 * later + 1e-6
        if not after:
            assert course.left() == pytest.approx(seconds / 2)
        clock.now += seconds / 2
        course.at(stage, 1.0)


def test_a_machine_that_is_twice_as_slow_is_believed() -> None:
    clock = Clock()
    course = Course({"load": 10.0, "fit": 10.0}, clock)
    assert course.left() == 20
    course.at("load", 0.0)
    clock.now = 20
    course.at("load", 1.0)
    course.at("fit", 0.0)
    assert (course.share, course.left()) == (0.5, 20)


@given(
    st.integers(1, 9),
    st.lists(st.one_of(st.just("begin"), st.just("end"), st.floats(-1, 2), st.tuples(st.integers(1, 90)))),
)
def test_networks_are_numbered_and_their_share_only_rises(count, happenings) -> None:
    told, shares = [], [0.0]
    networks = Networks(count, told.append, shares.append)
    for one in ("begin", *happenings):
        match one:
            case "begin":
                networks.begin()
            case "end":
                networks.end()
            case (int() as epoch,):
                networks.tell({"event": "epoch", "epoch": epoch, "epochs": 90})
            case float() as done:
                networks.tell({"event": "network", "done": done})
    for event in told:
        assert 1 <= event["network"] <= event["networks"] == count
    assert all(0 <= share <= 1 for share in shares)
    began = sum(one == "begin" for one in happenings) + 1
    assert began > count or shares == sorted(shares)


SAID = st.fixed_dictionaries({"event": st.just("stage"), "whole": st.floats() | st.text(), "left": st.floats()})


@given(st.lists(SAID))
def test_what_a_run_says_of_itself_is_checked(events) -> None:
    progress, shown = Progress(), [0.0]
    for event in events:
        progress.take(event)
        shown.append(progress.whole or 0.0)
        remaining = progress.remaining({})
        assert remaining is None or 0 <= remaining < float("inf")
    assert shown == sorted(shown) and shown[-1] <= 1
