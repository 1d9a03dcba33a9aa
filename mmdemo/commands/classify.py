"""`mmdemo classify`: one pair, or a whole folder or zip of them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mmdemo.commands.options import as_json
from mmdemo.datasets.finding import counted
from mmdemo.datasets.unlabelled import unlabelled
from mmdemo.errors import ConfigError
from mmdemo.explanation.explain import explain
from mmdemo.library import load_model
from mmdemo.model.batch import write_answers
from mmdemo.model.model import Model
from mmdemo.preprocess.text import check_caption

_MODELS = {"image": "images", "text": "captions", "fused": "both"}


@click.command("classify")
@click.option(
    "--model",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of a model [default: the shipped one].",
)
@click.option("--image", type=click.Path(path_type=Path), help="Image file.")
@click.option("--text", help="Caption.")
@click.option("--data", help="Classify a folder or zip with data.csv (columns image, text or both) into --output.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="CSV file for the columns of data.csv and predicted, `head` (which model), probability, sure, error. "
    "A cell that a spreadsheet would take for a formula gets a ' before it.",
)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def command(
    folder: Path | None, image: Path | None, text: str | None, data: str | None, output: Path | None, json_: bool
) -> None:
    """Classify an image, a caption or both, and explain the answer."""
    if data is not None:
        if output is None or image is not None or text is not None:
            raise ConfigError("With --data give --output FILE.csv too, and neither --image nor --text.")
        _classify_all(load_model(folder).model, data, output, json_)
        return
    if output is not None:
        raise ConfigError("--output needs --data; a single pair is printed.")
    result, notes = classify_one(load_model(folder).model, image, check_caption(text or ""))
    for note in notes:
        click.echo(note, err=json_)
    if json_:
        click.echo(as_json(result))
    else:
        _print(result)


def classify_one(model: Model, image: Any, text: str | None) -> tuple[dict[str, Any], list[str]]:
    """Return one pair's answer as it stands in JSON, and notes on the image.

    Raises ImageError, TextError or ConfigError for a pair that cannot be used.
    """
    evidence = model.examine({"image": image, "text": text})
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


def _by(head: str) -> str:
    """Return which of the models answered, in words."""
    return f"by the model for {_MODELS.get(head, head)}"


def _print(result: dict[str, Any]) -> None:
    sure = "" if result["sure"] else " (not sure)"
    click.echo(f"{result['label']}{sure}, {_by(result['head'])}")
    for label, probability in sorted(result["probabilities"].items(), key=lambda item: -item[1]):
        click.echo(f"  {label:20} {probability:6.1%}")
    parts = result["contributions"]
    words = ", ".join(f"{word} {part:+.2f}" for word, part in parts["words"])
    click.echo(
        f"Logit {result['logits'][result['label']]:.2f} = intercept {parts['intercept']:+.2f}, "
        f"image {parts['image']:+.2f}, caption {parts['text']:+.2f}" + (f" ({words})" if words else "")
    )
