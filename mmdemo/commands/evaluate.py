"""`mmdemo evaluate`: a model on its held-out pairs, or on other data."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.origin import without_place
from mmdemo.commands.columns import chosen_columns, column_option, column_options
from mmdemo.commands.options import as_json, evaluation_as_dict, print_evaluation, read_data_options
from mmdemo.commands.per_modality import per_modality
from mmdemo.commands.spark_options import on_spark, read_conf, spark_options
from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.finding import counted
from mmdemo.datasets.labels import as_known
from mmdemo.datasets.wording import listed
from mmdemo.errors import ConfigError
from mmdemo.library import PairClassifier, load_dataset


@click.command("evaluate", cls=per_modality(column_option))
@click.option("--model", "folder", required=True, type=click.Path(path_type=Path), help="Folder of a model.")
@click.option("--data", metavar="homonyms|stamps|PATH", help="Other data [default: the model's held-out pairs].")
@column_options
@click.option("--captions", metavar="LANG", help="Language of the stamps' captions [default: as in training].")
@click.option("--set", "settings", multiple=True, metavar="data.NAME=VALUE", help="Such as data.seed=7; repeatable.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@spark_options
def command(
    folder: Path,
    data: str | None,
    captions: str | None,
    settings: tuple[str, ...],
    json_: bool,
    engine: str,
    master: str | None,
    conf: tuple[str, ...],
    **columns: Any,
) -> None:
    """Compare the models for each modality and for all together on pairs that they were not trained on."""
    options = {**read_data_options(captions, settings), **chosen_columns(columns)}
    if options and data is None:
        raise ConfigError("--captions, --set and the names of columns need --data.")
    bundle = load(folder)
    if on_spark(engine, master, conf):
        from mmdemo.commands.on_spark import Where, evaluate_there

        if data is None:
            raise ConfigError("--engine spark needs --data: without it, the results are those that the model keeps.")
        evaluate_there(bundle, data, _options_for(bundle, data, options), Where(master, read_conf(conf)), json_)
        return
    dataset = None if data is None else dataset_for(bundle, data, options)
    evaluation = bundle.evaluation if dataset is None else PairClassifier(bundle).evaluate(dataset)
    for note in () if dataset is None else _notes(dataset, bundle):
        click.echo(note, err=json_)
    if json_:
        click.echo(
            as_json({"classes": list(bundle.model.classes), "n_test": evaluation.n, **evaluation_as_dict(evaluation)})
        )
        return
    print_evaluation(evaluation, bundle.manifest["dataset"]["limits"] if data is None else None)


def dataset_for(bundle: Bundle, data: str, options: Mapping[str, Any]) -> Dataset:
    """Return the data that a model is evaluated on.

    options: what it is loaded with; the dataset of the training keeps the options that are not given.
    """
    return load_dataset(data, **_options_for(bundle, data, options))


def _options_for(bundle: Bundle, data: str, options: Mapping[str, Any]) -> dict[str, Any]:
    trained_on = bundle.manifest["dataset"]
    kept = without_place(trained_on["options"]) if data == trained_on["name"] else {}
    return {**kept, **options}


def _notes(dataset: Dataset, bundle: Bundle) -> Iterator[str]:
    """Yield what is not counted, such as labels that the model does not know, and what should not be but may be."""
    unknown = dataset.frame[LABEL][as_known(dataset.frame[LABEL], bundle.model.classes) == ""]
    if len(unknown):
        named = listed([repr(label) for label in sorted(set(unknown))])
        yield f"Not counted: {counted(len(unknown), 'pair')} with labels that this model does not know: {named}."
    if dataset.left_out:
        yield f"Left out: {counted(len(dataset.left_out), 'row')}; `mmdemo data` says why."
    known = bundle.trained_on()
    if known.caveat and not known.is_of(dataset):  # of its own data, only the held-out pairs are counted
        yield known.caveat
