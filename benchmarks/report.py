"""The result of a benchmark: a table, targets met or missed, and the numbers behind them."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

_KEEPS = {"≤": operator.le, "≥": operator.ge, ">": operator.gt}


@dataclass(frozen=True)
class Table:
    """Cells of text; the first column is aligned left, the others right.

    >>> print(Table(("head", "accuracy"), (("fused", "0.87"),)).markdown())
    | head | accuracy |
    | --- | ---: |
    | fused | 0.87 |
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Return the table in Markdown; raises a ValueError for a row of another length than the header."""
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        rows = [self.header, rule, *self.rows]
        if any(len(row) != len(self.header) for row in rows):
            raise ValueError(f"A row of the table {' | '.join(self.header)} has another number of cells.")
        return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows)


@dataclass(frozen=True)
class Target:
    """A number and its bound.

    sign: "≤", "≥" or ">". unit: written after the numbers. digits: after the decimal point.

    >>> print(Target("Cold training", 9.07, "≤", 11, "s", 1).line())
    - met: Cold training 9.1 s (target ≤ 11.0 s)
    """

    what: str
    value: float
    sign: str
    bound: float
    unit: str = ""
    digits: int = 3

    @property
    def met(self) -> bool:
        """Whether the number keeps the bound; NaN never does."""
        return _KEEPS[self.sign](self.value, self.bound)

    def line(self) -> str:
        """Return one line of Markdown that says whether it is met."""
        value, bound = (f"{number:.{self.digits}f}{self._unit()}" for number in (self.value, self.bound))
        return f"- {'met' if self.met else '**MISSED**'}: {self.what} {value} (target {self.sign} {bound})"

    def _unit(self) -> str:
        return self.unit if self.unit in ("", "×") else f" {self.unit}"


@dataclass(frozen=True)
class Report:
    """What one benchmark found.

    title: one line on what was measured. notes: sentences on how, printed below the table.
    numbers: everything measured, unrounded, as JSON can hold it.
    """

    title: str
    table: Table
    targets: Sequence[Target]
    notes: Sequence[str] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def markdown(self) -> str:
        """Return the title, the table, the notes and the targets."""
        return "\n\n".join([f"## {self.title}", self.block(), "\n".join(target.line() for target in self.targets)])

    def block(self) -> str:
        """Return what the README shows: the table and the notes."""
        return "\n\n".join([self.table.markdown(), *([" ".join(self.notes)] if self.notes else [])])

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it; `from_dict` reads it back."""
        targets = [{**asdict(target), "met": target.met} for target in self.targets]
        return {**asdict(self), "targets": targets}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Return the report that `as_dict` made this of."""
        targets = [{key: value for key, value in target.items() if key != "met"} for target in saved["targets"]]
        rest = {**saved, "table": Table(**saved["table"]), "targets": tuple(Target(**target) for target in targets)}
        return cls(**rest)


def interval(mean: float, ci95: Sequence[float]) -> str:
    """Return a share and its 95 % interval.

    >>> interval(0.8712, (0.846, 0.893))
    '0.871 (0.846–0.893)'
    """
    return f"{mean:.3f} ({ci95[0]:.3f}–{ci95[1]:.3f})"


def signed_interval(mean: float, ci95: Sequence[float]) -> str:
    """Return a difference and its 95 % interval, each with its sign.

    >>> signed_interval(0.0612, (-0.01, 0.0856))
    '+0.061 (−0.010 to +0.086)'
    """
    return f"{mean:+.3f} ({ci95[0]:+.3f} to {ci95[1]:+.3f})".replace("-", "−")
