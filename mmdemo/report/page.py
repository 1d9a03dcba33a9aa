"""The report as one self-contained HTML page: no network, no script, no other file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.facts import ModelFacts, model_facts
from mmdemo.charts.accuracy import accuracy_chart, adds_chart
from mmdemo.charts.calibration import calibration_chart
from mmdemo.charts.confusion import confusion_chart
from mmdemo.charts.heads import head_colour
from mmdemo.charts.studies import learning_chart, robustness_chart
from mmdemo.evaluation.confusion import likeliest_mistake
from mmdemo.evaluation.sentences import listed, noun, titles_of
from mmdemo.evaluation.statistics import measured
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import SURE, percent
from mmdemo.report.card_results import broken_promises, share
from mmdemo.report.examples import examples
from mmdemo.report.rendering import Figure, figure
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Robustness
from mmdemo.studies.study import kept_study

_FOLDER = Path(__file__).parent
_WIDE, _HALF, _CELL = 560, 340, 34  # pixels: of a chart that stands alone, of one of two, of a cell


@dataclass(frozen=True)
class Report:
    """The page, and its charts by name."""

    html: str
    figures: Mapping[str, Figure]


def build_report(bundle: Bundle, title: str | None = None, data: Path | None = None) -> Report:
    """Return a report on a model; the same model gives the same page.

    title: its heading [default: the data's name]. data: where your own data is, to show examples from it.
    Raises a BundleError when the model's files cannot be read, a DatasetError when `data` is not its own.
    """
    facts = model_facts(bundle.path)
    figures, studied = _figures(facts), _studies(bundle)
    shown = examples(bundle, facts, data)
    best = facts.heads[facts.best_informed]
    nouns = [noun(name) for name in facts.summary.evaluation.modalities]
    # What people wrote (labels, captions, names) goes through the template, which escapes it.
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    html = environment.get_template("report.html").render(
        title=title or f"{listed(nouns).capitalize()}: {facts.summary.data}",
        style=Markup((_FOLDER / "style.css").read_text("utf-8")),
        summary=facts.summary,
        dataset=bundle.manifest["dataset"],
        evaluation=facts.summary.evaluation,
        sure=SURE,
        classes=facts.held_out.classes,
        heads=facts.heads,
        best=best,
        titles=titles_of(facts.heads),
        broken=broken_promises(facts),
        percent=percent,
        share=share,
        colour_of=head_colour,
        measured=measured,
        noun=noun,
        figures=figures,
        studied=studied,
        mistake=likeliest_mistake(best.matrix, facts.held_out.classes),
        examples=shown,
        configuration=_configuration(facts),
    )
    examples_by_name = {f"example-{i}": pair.parts for i, pair in enumerate(shown.pairs, 1)}
    return Report(html, {**figures, **studied, **examples_by_name})


def _figures(facts: ModelFacts) -> dict[str, Figure]:
    title = titles_of(facts.heads)[facts.best_informed]
    best, classes = facts.heads[facts.best_informed], facts.held_out.classes
    evaluation, limits = facts.summary.evaluation, facts.summary.manifest["dataset"]["limits"]
    adds = {}
    if evaluation.adds:
        chart = adds_chart(evaluation.adds, evaluation.basis)
        adds["adds"] = figure(chart, "What each modality adds, with its 95 % interval.", width=_WIDE)
    return {
        **adds,
        "accuracy": figure(
            accuracy_chart(evaluation.accuracies(), limits, evaluation.basis),
            "Accuracy of each model with its 95 % interval.",
            width=_WIDE,
        ),
        "confusion": figure(
            confusion_chart(best.matrix, classes, clickable=False),
            f"How many pairs of each true class got each answer, {title.lower()}.",
            width=min(_CELL * len(classes), _WIDE),
        ),
        "calibration": figure(
            calibration_chart(best.bins, facts.best_informed),
            "Share of answers that are right against their probability, in ten bins of equal count, beside the ideal.",
        ),
    }


def _studies(bundle: Bundle) -> dict[str, Figure]:
    """Return charts of the model's studies that exist."""
    drawn = {}
    learning, damage = kept_study(bundle, "learning"), kept_study(bundle, "robustness")
    if isinstance(learning, LearningCurve):
        chart = learning_chart(learning, bundle.manifest["dataset"]["limits"])
        drawn["learning"] = figure(chart, "Accuracy of each model against the number of training pairs.", _HALF)
    if isinstance(damage, Robustness):
        for curve in damage.curves:
            name = curve.title.lower().replace(" ", "-")
            drawn[name] = figure(robustness_chart(curve), f"Accuracy of each model against: {curve.axis}.", _HALF)
    return drawn


def _configuration(facts: ModelFacts) -> dict[str, str]:
    summary, manifest = facts.summary, facts.summary.manifest
    preparation = summary.preparation()
    encoders = {
        f"{MODALITIES[name].nouns.capitalize()} are read by": f"{title} ({summary.config.encoders[name]})"
        for name, title in summary.encoders().items()
    }
    prepared = {f"{noun(name).capitalize()} prepared": how for name, how in preparation.items()}
    titles = titles_of(facts.heads)
    strengths = ", ".join(f"{titles[name].lower()} {one.C:g}" for name, one in facts.heads.items())
    rest = {
        "C (1 ÷ regularisation)": strengths,
        "Data": f"{summary.data}; licence {manifest['dataset']['licence']}",
        "Pairs left out": " ".join(manifest["dataset"]["notes"]),
        "Pairs": f"{manifest['n_train']:,} for training; {summary.evaluation.protocol}; seed {summary.config.seed}",
        "Training took": summary.cost(),
        "Made with": ", ".join(f"{name} {number}" for name, number in manifest["versions"].items()),
    }
    return {name: value for name, value in {**encoders, **prepared, **rest}.items() if value}
