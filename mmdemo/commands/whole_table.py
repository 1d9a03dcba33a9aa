"""What `mmdemo classify --data` does: a whole table in, the same table with answers out."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from mmdemo.commands.options import as_json
from mmdemo.commands.progress import Reporter
from mmdemo.datasets.choices import Choices
from mmdemo.datasets.finding import counted
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import ConfigError
from mmdemo.model.answer_folder import write_folder
from mmdemo.model.answer_table import AnswerTable, BatchCount, write_answers
from mmdemo.model.model import Model

_READING, _BESIDE = 1.0, 0.003  # seconds: to read a table, and of a row beside its encoding
_USUAL_ROWS = 500  # until the table is read


@dataclass(frozen=True)
class Asked:
    """Which table is classified, into which file or folder, whether only its rows without a label are.

    options: modality → the column of the table that holds it, where it is chosen. edits: of a working copy.
    """

    data: str
    output: Path | None
    out: Path | None
    unlabelled: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    edits: str = ""


def classify_all(model: Model, asked: Asked, progress: str, json_: bool) -> None:
    """Write the answers to the file or the folder, and say how many there are.

    Raises an MMDemoError where the table cannot be read, or nothing can be written.
    """
    _check_places(asked)
    on_progress = Reporter(progress, {"load": _READING, "classify": _USUAL_ROWS * _seconds_a_row(model)})
    reading, classifying = _share(on_progress, "load"), _share(on_progress, "classify")

    def report(done: float) -> None:
        reading(1.0)
        classifying(done)

    # Reading is done when the first row is answered: a bar that is full stays, and an error is one line.
    chosen = Choices.from_options(asked.options)
    table = table_of_pairs(asked.data, chosen, lambda share: reading(0.99 * share), asked.edits)
    table = table.without_labels() if asked.unlabelled else table
    on_progress.expect({"classify": table.count * _seconds_a_row(model)})
    answered = AnswerTable(model, table, report)
    if asked.out is not None:
        write_folder(answered, asked.out)
    elif asked.output is not None:
        write_answers(answered, asked.output)
    say_count(answered.count, str(asked.output or asked.out), progress, json_)


def _seconds_a_row(model: Model) -> float:
    """Return roughly how long a row takes, with the judgement of whether its answer may hold."""
    return _BESIDE + 2 * sum(encoder.cost.seconds_a_row for encoder in model.encoders.values())


def _check_places(asked: Asked) -> None:
    output, data = asked.output, Path(asked.data)
    if output is not None and output.resolve() in (data.resolve(), (data / "data.csv").resolve()):
        raise ConfigError(f"{output} is the file that --data reads; give --output another name.")
    if output is not None and asked.out is not None:
        raise ConfigError("Give --output FILE or --out FOLDER, not both: the folder holds the same in all formats.")


def _share(on_progress: OnProgress, stage: str) -> Callable[[float], None]:
    """Return a function that reports the share that is done, a hundred times in all."""
    told = -1

    def report(done: float) -> None:
        nonlocal told
        if int(100 * done) > told:
            told = int(100 * done)
            on_progress({"event": "stage", "stage": stage, "done": round(done, 4)})

    return report


def say_count(count: BatchCount, where: str, progress: str, json_: bool) -> None:
    """Say how many rows were classified, and where the answers are."""
    result = {**asdict(count), "unsure": count.classified - count.sure, "output": where}
    if json_ or progress == "json":
        click.echo(as_json(result if json_ else {"event": "result", **result}))
        return
    click.echo(f"Classified {counted(count.classified, 'pair')} into {where}; {count.sure:,} of the answers are sure.")
    if count.failed:
        click.echo(f"{counted(count.failed, 'pair')} could not be classified; the column `error` says why.")
