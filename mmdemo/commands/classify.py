"""`mmdemo classify`: one pair, or a whole folder or zip of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from mmdemo.bundles.bundle import load
from mmdemo.commands.options import as_json
from mmdemo.commands.per_modality import per_modality
from mmdemo.commands.spark_options import on_spark, read_conf, spark_options
from mmdemo.errors import ConfigError
from mmdemo.explanation.explain import against, explain
from mmdemo.explanation.strongest import strongest
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import percent
from mmdemo.model.doubts import Caution
from mmdemo.model.heads import head_words
from mmdemo.model.model import Model
from mmdemo.preprocess.shortened import shortened
from mmdemo.storage.shipped import shipped_models

_LISTED = 40  # units of a value, such as words


def _option(modality: Modality) -> click.Option:
    told = f"{modality.written}; with --data, the column that holds it."
    return click.Option([f"--{modality.name}", modality.name], help=told)


@click.command("classify", cls=per_modality(_option))
@click.option(
    "--model",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of a model [default: the shipped one].",
)
@click.option("--data", help="Classify a whole table: a folder, zip, table or mapping file, as in `mmdemo train`.")
@click.option(
    "--output",
    help="File for the table's columns and the answers, which replace columns of the same names: a workbook where it "
    "ends in .xlsx, else CSV. "
    "In a CSV, a cell that a spreadsheet would take for a formula gets a ' before it. With --engine spark a folder of "
    "Parquet, here or elsewhere.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the same in all formats.")
@click.option("--unlabelled", is_flag=True, help="Classify only the rows that have no label.")
@click.option("--edits", default="", help="Of data prepared in the app: the name of what was changed in it there.")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@spark_options
def command(
    folder: Path | None,
    data: str | None,
    output: str | None,
    out: Path | None,
    unlabelled: bool,
    edits: str,
    progress: str,
    json_: bool,
    engine: str,
    master: str | None,
    conf: tuple[str, ...],
    **pair: str | None,
) -> None:
    """Classify a pair, or what there is of it, and explain the answer; or a whole table."""
    given = {name: value for name, value in pair.items() if value is not None}
    if on_spark(engine, master, conf):
        from mmdemo.commands.on_spark import Table, Where, classify_there
        from mmdemo.datasets.choices import options_of

        if data is None or output is None or out is not None or unlabelled or edits:
            raise ConfigError("--engine spark needs --data and --output FOLDER, and no --out, --unlabelled or --edits.")
        table = Table(data, options_of({name: [one] for name, one in given.items()}, {}), str(output))
        classify_there(_model(folder), table, Where(master, read_conf(conf)), progress, json_)
        return
    if data is not None:
        if output is None and out is None:
            raise ConfigError("With --data give --output FILE.csv or FILE.xlsx too.")
        from mmdemo.commands.whole_table import Asked, classify_all  # with all that reads data
        from mmdemo.datasets.choices import options_of

        columns = options_of({name: [one] for name, one in given.items()}, {})
        asked = Asked(data, None if output is None else Path(output), out, unlabelled, columns, edits)
        classify_all(_model(folder), asked, progress, json_)
        return
    if output is not None or out is not None or unlabelled or edits:
        raise ConfigError("--output, --out, --unlabelled and --edits need --data; a single pair is printed.")
    model = _model(folder)
    result, notes = classify_one(model, {name: MODALITIES[name].read(value) for name, value in given.items()})
    unread = [MODALITIES[name] for name in given if name not in model.encoders]
    notes += [f"This model does not read {one.nouns}, so the {one.noun} changes nothing." for one in unread]
    for note in notes:
        click.echo(note, err=json_)
    if json_:
        click.echo(as_json(result))
    else:
        _print(result, model)


def _model(folder: Path | None) -> Model:
    return load(folder or shipped_models() / "everyday").model


def classify_one(model: Model, pair: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the answer to one pair (modality → value) as it stands in JSON, and notes on its values.

    Raises ImageError, TextError or ConfigError for a pair that cannot be used.
    """
    evidence = model.examine(pair)
    prediction = model.answer(evidence)
    explained = explain(model, evidence, prediction)
    lead = against(explained, prediction.label)
    answer = {
        "label": prediction.label,
        "head": prediction.head,
        "probabilities": dict(zip(model.classes, prediction.probabilities.tolist(), strict=True)),
        "logits": dict(zip(model.classes, prediction.logits.tolist(), strict=True)),
        "sure": prediction.sure,
        "warnings": [_warning(one) for one in prediction.warnings],
        "contributions": explained.contributions(prediction.label),
        "against": {"class": lead.other, **lead.contributions(prediction.label)},
    }
    return answer, [note for found in evidence.values() for note in found.notes]


def _warning(one: Caution) -> dict[str, str]:
    """Return a warning as it stands in JSON, with the modality only where it is about one."""
    return {key: value for key, value in asdict(one).items() if value}


def _print(result: dict[str, Any], model: Model) -> None:
    sure = "" if result["sure"] and not result["warnings"] else " (not sure)"
    click.echo(f"{result['label']}{sure}, by {head_words(result['head'], model.encoders)}")
    for warning in result["warnings"]:
        click.echo(f"Warning: {warning['sentence']}")
    for label, probability in sorted(result["probabilities"].items(), key=lambda item: -item[1]):
        click.echo(f"  {label:20} {percent(probability, 1):>6}")
    parts = result["against"]
    terms = [f"starting point {parts['intercept']:+.2f}", *(_term(name, parts) for name in model.encoders)]
    lead = result["logits"][result["label"]] - result["logits"][parts["class"]]
    click.echo(f"Lead over {parts['class']} {lead:.2f} = {', '.join(terms)}")
    for nouns, units in parts.get("without", {}).items():
        if nouns != "rival":
            lead = f"the lead of {result['label']} over {parts['without']['rival']}"
            click.echo(f"Without each of the {nouns} alone, computed again, {lead} falls by: {_listed(units)}")


def _term(name: str, parts: dict[str, Any]) -> str:
    modality = MODALITIES[name]
    listed = _listed(parts.get(modality.units.nouns, ()))
    return f"{modality.noun} {parts[name]:+.2f}" + (f" ({listed})" if listed else "")


def _listed(units: Sequence[tuple[Any, float]]) -> str:
    values = np.array([value for _, value in units])
    listed = [f"{shortened(str(units[place][0]))} {values[place]:+.2f}" for place in strongest(values, _LISTED)]
    if len(units) > _LISTED:
        listed.append(f"{len(units) - _LISTED:,} others")
    return ", ".join(listed)
