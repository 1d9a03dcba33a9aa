"""`mmdemo evaluate`: a model on the pairs held out from it, or on other data."""

from pathlib import Path

import click

from mmdemo.bundle import Bundle, load
from mmdemo.commands.options import as_json, heads_as_dict, print_evaluation
from mmdemo.datasets.registry import load as load_data
from mmdemo.errors import DatasetError
from mmdemo.evaluate import Evaluation, evaluate
from mmdemo.training import usable_rows


@click.command("evaluate")
@click.option("--model", "folder", required=True, type=click.Path(path_type=Path), help="Folder of a model.")
@click.option("--data", metavar="homonyms|stamps|PATH", help="Other data [default: the pairs held out in training].")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def command(folder: Path, data: str | None, json_: bool) -> None:
    """Compare the heads on pairs that the model was not trained on."""
    bundle = load(folder)
    evaluation = bundle.evaluation if data is None else evaluate_on(bundle, data)
    if json_:
        click.echo(
            as_json({"classes": list(bundle.model.classes), "n_test": evaluation.n, **heads_as_dict(evaluation)})
        )
        return
    print_evaluation(evaluation, bundle.manifest["dataset"]["limits"] if data is None else None)


def evaluate_on(bundle: Bundle, data: str) -> Evaluation:
    """Return how the heads do on another dataset; pairs that the model was trained on are left out.

    Raises a DatasetError for labels that the model does not know, or when no pair is left.
    """
    dataset = load_data(data)
    unknown = sorted(set(dataset.classes) - set(bundle.model.classes))
    if unknown:
        raise DatasetError(
            f"{data} has the labels {', '.join(unknown)}, which this model does not know; "
            f"it knows {', '.join(bundle.model.classes)}."
        )
    frame, _ = usable_rows(dataset, bundle.model.config)
    if dataset.name == bundle.manifest["dataset"]["name"]:
        frame = frame[~frame.index.isin(bundle.train_ids())]
    if frame.empty:
        raise DatasetError(f"{data} holds no pair that this model was not trained on.")
    probabilities = bundle.model.probabilities({name: frame[name].tolist() for name in bundle.model.encoders})
    return evaluate(frame["label"].to_numpy(str), probabilities, bundle.model.classes)
