"""L-BFGS on several functions at once: one call computes the gradients of all, and each takes its own steps."""

from collections.abc import Callable, Sequence

import numpy as np

Evaluate = Callable[[Sequence[int], np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Places of q functions and a point for each, (q, size), to their values (q,) and gradients (q, size)."""

PAIRS = 10
"""Steps and changes of the gradient that are remembered, with fewer where these are long."""
_BYTES = 60_000_000  # of all that a search remembers, unless its steps are so long that it takes more for
_FEWEST_PAIRS = 4
_SUFFICIENT, _SLOPE = 1e-4, 0.98  # conditions on a step: Nocedal and Wright, (3.6); Hager and Zhang, (4.1)
_ROUNDING = 1e-6  # of a value in float32
_SHRINK = (0.1, 0.6)
_MOST_CALLS = 3_000
_USUAL = 500  # calls: after so many, a search that has not come nearer still counts as half done
_MOST_TRIES = 12  # of a step, each shorter; then rounding hides any descent


class Curvature:
    """What a search has learnt of a function's curvature: its last steps and the changes of the gradient.

    Source: Byrd, Nocedal and Schnabel (1994), "Representations of quasi-Newton matrices", theorem 2.2.
    """

    def __init__(self, size: int, dtype: type, most: int = PAIRS) -> None:
        pairs = int(np.clip(_BYTES / (2 * size * np.dtype(dtype).itemsize), _FEWEST_PAIRS, most))
        self._steps: np.ndarray = np.zeros((pairs, size), dtype)
        self._changes: np.ndarray = np.zeros((pairs, size), dtype)
        self._step_change, self._change_change = np.zeros((pairs, pairs)), np.zeros((pairs, pairs))
        self._order: list[int] = []  # places of the pairs, the oldest first
        self._most = most

    def add(self, step: np.ndarray, change: np.ndarray) -> None:
        """Remember a step, and how the gradient changed on it; forget the oldest."""
        if step @ change <= 1e-10 * (change @ change):  # rounding
            return
        full = len(self._order) == len(self._steps)
        place = self._order.pop(0) if full else len(self._order)
        self._order.append(place)
        self._steps[place], self._changes[place] = step, change
        self._step_change[:, place], self._step_change[place] = self._steps @ change, self._changes @ step
        self._change_change[:, place] = self._change_change[place] = self._changes @ change

    def direction(self, gradient: np.ndarray) -> np.ndarray:
        """Return the step, (size,), to where a quadratic function of this curvature has its minimum."""
        if not self._order:
            return -gradient
        order, last = np.array(self._order), self._order[-1]
        both = np.ix_(order, order)
        unit = self._step_change[last, last] / self._change_change[last, last]
        upper = np.triu(self._step_change[both])
        first = np.linalg.solve(upper, (self._steps @ gradient)[order].astype(np.float64))
        second = np.diag(upper) * first + unit * (self._change_change[both] @ first)
        second = np.linalg.solve(upper.T, second - unit * (self._changes @ gradient)[order])
        of_steps, of_changes = np.zeros((2, len(self._steps)), gradient.dtype)
        of_steps[order], of_changes[order] = second, unit * first
        unit = gradient.dtype.type(unit)
        return np.asarray(of_changes @ self._changes - of_steps @ self._steps - unit * gradient)

    def astype(self, dtype: type, forget: bool = False) -> "Curvature":
        """Return the same in another precision, or one that has learnt nothing yet."""
        same = Curvature(self._steps.shape[1], dtype, self._most)
        for place in () if forget else self._order[-len(same._steps) :]:
            same.add(self._steps[place].astype(dtype), self._changes[place].astype(dtype))
        return same


class Search:
    """The search for one function's minimum: where it is, its value and gradient there, and the step it tries.

    done: whether it has ended, because the gradient is small enough or because rounding hides any descent.
    """

    def __init__(self, start: np.ndarray, curvature: Curvature | None = None) -> None:
        self.point = self.trial = start
        self.value, self.gradient = np.inf, start
        self.done = False
        self._curvature = curvature or Curvature(len(start), start.dtype.type)
        self._step, self._slope, self._length, self._tries = start, 0.0, 1.0, 0

    @property
    def excess(self) -> float:
        """About how far the value is above the minimum, as a share of it, where the curvature is 1."""
        square = float(np.einsum("i,i->", self.gradient, self.gradient, dtype=np.float64))
        return square / 2 / max(abs(self.value), np.finfo(np.float64).tiny)

    def astype(self, dtype: type) -> "Search":
        """Return a search that goes on from here in another precision; what rounding has stopped has learnt little."""
        stopped = self._tries > _MOST_TRIES
        return Search(self.point.astype(dtype), self._curvature.astype(dtype, forget=stopped))

    def take(self, value: float, gradient: np.ndarray, tolerance: float) -> None:
        """Take note of the function at `trial`, and choose the next one."""
        if np.isfinite(self.value):
            if not self._is_good(value, gradient):
                self._shorten(gradient)
                return
            self._curvature.add(self.trial - self.point, gradient - self.gradient)
        self.point, self.value, self.gradient = self.trial, value, gradient
        self.done = self.excess <= tolerance
        if not self.done:
            self._step = self._curvature.direction(gradient)
            self._slope, self._length, self._tries = float(self._step @ gradient), 1.0, 0
            self.trial = self.point + self._step

    def _is_good(self, value: float, gradient: np.ndarray) -> bool:
        if value <= self.value + _SUFFICIENT * self._length * self._slope:
            return True
        flat = float(gradient @ self._step) <= -_SLOPE * self._slope
        return flat and value <= self.value + _ROUNDING * abs(self.value)

    def _shorten(self, gradient: np.ndarray) -> None:
        """Try where the slope would be 0 if it changed evenly on the way."""
        self._tries += 1
        self.done = self._tries > _MOST_TRIES
        rise = float(gradient @ self._step) - self._slope
        share = -self._slope / rise if rise > 0 else _SHRINK[0]
        self._length *= float(np.clip(share, *_SHRINK))
        self.trial = self.point + self.point.dtype.type(self._length) * self._step


def minimise(
    evaluate: Evaluate, searches: Sequence[Search], tolerance: float, report: Callable[[float], None]
) -> int:
    """Go on with the searches until the `excess` of each is at most the tolerance; return the calls made.

    They end before, too, where rounding hides any descent, and after 3,000 calls.

    report: called with the share done (0–1), by how many digits the excesses have fallen, and a little with each call;
    it only rises.

    Source: Nocedal and Wright (2006), "Numerical Optimization", section 7.2 (L-BFGS); Hager and Zhang (2005), "A new
    conjugate gradient method", on conditions for a step that hold in spite of rounding.
    """
    first: dict[int, float] = {}
    least, calls = 1.0, 0
    while (live := [place for place, search in enumerate(searches) if not search.done]) and calls < _MOST_CALLS:
        values, gradients = evaluate(live, np.stack([searches[place].trial for place in live]))
        calls += 1
        for place, value, gradient in zip(live, values, gradients, strict=True):
            searches[place].take(float(value), gradient, tolerance)
            first.setdefault(place, max(searches[place].excess, 2 * tolerance))
        left = sum(_left(searches[place], start, tolerance) for place, start in first.items())
        least = min(least, left / len(first))
        report(1 - least * _USUAL / (_USUAL + calls))
    return calls


def _left(search: Search, start: float, tolerance: float) -> float:
    if search.done:
        return 0.0
    return float(np.clip(np.log(search.excess / tolerance) / np.log(start / tolerance), 0.0, 1.0))
