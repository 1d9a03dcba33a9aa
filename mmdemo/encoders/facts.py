"""An encoder's facts: its options and its cost."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from mmdemo.errors import ConfigError


@dataclass(frozen=True)
class Option:
    """A whole number that a person may choose: a parameter of an encoder.

    title, help: for a person. least, most: the allowed range.
    offered: the values to choose from on a page, a range or a few; none where the page does not offer it.

    >>> Option("Image size (pixels)", 8, 512, offered=(64, 128)).check("size", 64)
    """

    title: str
    least: int
    most: int
    offered: Sequence[int] = ()
    help: str = ""

    def check(self, name: str, value: object) -> None:
        """Raise a ConfigError unless the value of the option of this name is allowed."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise ConfigError(f"Got {name}={value!r} but expected a whole number from {self.least} to {self.most}.")


@dataclass(frozen=True)
class Cost:
    """The approximate cost of an encoder in a training run, on one of two cores of 2020s server hardware.

    seconds, megabytes: fixed, whatever the number of rows. seconds_a_row: to encode any row.
    seconds_a_training_row, megabytes_a_training_row: in addition for each row to train on.
    seconds_a_pair_of_training_rows: where rows are compared with each other.

    >>> (Cost(seconds=2, seconds_a_row=0.01) + Cost(seconds_a_training_row=0.1)).total_seconds(100, 80)
    11.0
    """

    seconds: float = 0.0
    megabytes: float = 0.0
    seconds_a_row: float = 0.0
    seconds_a_training_row: float = 0.0
    megabytes_a_training_row: float = 0.0
    seconds_a_pair_of_training_rows: float = 0.0

    def total_seconds(self, rows: float, training_rows: float) -> float:
        """Return the seconds for `rows` rows, of which `training_rows` are trained on."""
        encoding = self.seconds_a_row * rows + self.seconds_a_training_row * training_rows
        return self.seconds + encoding + self.seconds_a_pair_of_training_rows * training_rows**2

    def total_megabytes(self, training_rows: float) -> float:
        """Return the megabytes for this many rows to train on."""
        return self.megabytes + self.megabytes_a_training_row * training_rows

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))
