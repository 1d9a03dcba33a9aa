"""`mmdemo classify`: one pair, or a whole folder or zip of them."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from mmdemo.commands.options import as_json
from mmdemo.commands.per_modality import per_modality
from mmdemo.datasets.finding import counted
from mmdemo.datasets.unlabelled import unlabelled
from mmdemo.errors import ConfigError
from mmdemo.explanation.explain import explain
from mmdemo.explanation.strongest import strongest
from mmdemo.library import load_model
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.batch import write_answers
from mmdemo.model.heads import FUSED, head_inputs
from mmdemo.model.model import Model
from mmdemo.preprocess.shortened import shortened

_LISTED = 40  # units of a value, such as words


def _option(modality: Modality) -> click.Option:
    return click.Option([f"--{modality.name}", modality.name], help=f"{modality.written}.")


@click.command("classify", cls=per_modality(_option))
@click.option(
    "--model",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of a model [default: the shipped one].",
)
@click.option("--data", help="Classify a folder or zip with data.csv (a column a modality) into --output.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="CSV file for the columns of data.csv and predicted, `head` (which model), probability, sure, error. "
    "A cell that a spreadsheet would take for a formula gets a ' before it.",
)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def command(folder: Path | None, data: str | None, output: Path | None, json_: bool, **pair: str | None) -> None:
    """Classify a pair, or what there is of it, and explain the answer."""
    given = {name: value for name, value in pair.items() if value is not None}
    if data is not None:
        if output is None or given:
            single = " or ".join(f"--{name}" for name in pair)
            raise ConfigError(f"With --data give --output FILE.csv too, and no {single}.")
        _classify_all(load_model(folder).model, data, output, json_)
        return
    if output is not None:
        raise ConfigError("--output needs --data; a single pair is printed.")
    model = load_model(folder).model
    result, notes = classify_one(model, {name: MODALITIES[name].read(value) for name, value in given.items()})
    unread = [MODALITIES[name] for name in given if name not in model.encoders]
    notes += [f"This model does not read {one.nouns}, so the {one.noun} changes nothing." for one in unread]
    for note in notes:
        click.echo(note, err=json_)
    if json_:
        click.echo(as_json(result))
    else:
        _print(result, model)


def classify_one(model: Model, pair: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the answer to one pair (modality → value) as it stands in JSON, and notes on its values.

    Raises ImageError, TextError or ConfigError for a pair that cannot be used.
    """
    evidence = model.examine(pair)
    prediction = model.answer(evidence)
    answer = {
        "label": prediction.label,
        "head": prediction.head,
        "probabilities": dict(zip(model.classes, prediction.probabilities.tolist(), strict=True)),
        "logits": dict(zip(model.classes, prediction.logits.tolist(), strict=True)),
        "sure": prediction.sure,
        "contributions": explain(model, evidence, prediction).contributions(prediction.label),
    }
    return answer, [note for found in evidence.values() for note in found.notes]


def _classify_all(model: Model, data: str, output: Path, json_: bool) -> None:
    if output.resolve() in (Path(data).resolve(), (Path(data) / "data.csv").resolve()):
        raise ConfigError(f"{output} is the file that --data reads; give --output another name.")
    count = write_answers(model, unlabelled(data), output)
    if json_:
        click.echo(as_json({**asdict(count), "output": str(output)}))
        return
    click.echo(f"Classified {counted(count.classified, 'pair')} into {output}.")
    if count.failed:
        click.echo(f"{counted(count.failed, 'pair')} could not be classified; the column `error` says why.")


def _by(head: str, model: Model) -> str:
    """Return which of the models answered, in words."""
    inputs = head_inputs(head, model.encoders)
    if head == FUSED:
        return "by the model for both" if len(inputs) == 2 else "by the model for all"
    return f"by the model for {' and '.join(MODALITIES[name].nouns for name in inputs)}"


def _print(result: dict[str, Any], model: Model) -> None:
    sure = "" if result["sure"] else " (not sure)"
    click.echo(f"{result['label']}{sure}, {_by(result['head'], model)}")
    for label, probability in sorted(result["probabilities"].items(), key=lambda item: -item[1]):
        click.echo(f"  {label:20} {probability:6.1%}")
    parts = result["contributions"]
    terms = [f"intercept {parts['intercept']:+.2f}", *(_term(name, parts) for name in model.encoders)]
    click.echo(f"Logit {result['logits'][result['label']]:.2f} = {', '.join(terms)}")


def _term(name: str, parts: dict[str, Any]) -> str:
    modality = MODALITIES[name]
    units = parts.get(modality.units.nouns, ())
    values = np.array([part for _, part in units])
    listed = [f"{shortened(str(units[place][0]))} {values[place]:+.2f}" for place in strongest(values, _LISTED)]
    if len(units) > _LISTED:
        listed.append(f"{len(units) - _LISTED:,} others")
    return f"{modality.noun} {parts[name]:+.2f}" + (f" ({', '.join(listed)})" if listed else "")
