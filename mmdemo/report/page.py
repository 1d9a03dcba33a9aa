"""The report as one self-contained HTML page: no network, no script, no other file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.facts import ModelFacts, model_facts
from mmdemo.charts.confusion import numbered
from mmdemo.charts.squares import gain_squares
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.evaluation.confusion import mistakes
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence, of_hundred
from mmdemo.evaluation.sentences import listed, noun, titles_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import SURE, percent
from mmdemo.report.card_statistics import broken_promises, share
from mmdemo.report.examples import examples
from mmdemo.report.figures import results_figures, study_figures
from mmdemo.report.rendering import Figure
from mmdemo.report.stages import OnStage, ignore

_FOLDER = Path(__file__).parent
_MISTAKES = 8  # the most frequent ones, which are listed


@dataclass(frozen=True)
class Report:
    """The page, and its charts by name."""

    html: str
    figures: Mapping[str, Figure]


def build_report(
    bundle: Bundle, title: str | None = None, data: Path | None = None, on_stage: OnStage = ignore
) -> Report:
    """Return a report on a model; the same model gives the same page.

    title: its heading [default: the data's name]. data: where your own data is, to show examples from it.
    on_stage: hears of the charts and the examples.
    Raises a BundleError when the model's files cannot be read, a DatasetError when `data` is not its own.
    """
    facts = model_facts(bundle.path)
    on_stage("charts", 0.0)
    figures, studied = results_figures(facts), study_figures(bundle)
    on_stage("charts", 1.0)
    nouns = [noun(name) for name in facts.summary.evaluation.modalities]
    # What people wrote (labels, captions, names) goes through the template, which escapes it.
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    html = environment.get_template("report.html").render(
        title=title or f"{listed(nouns).capitalize()}: {facts.summary.data}",
        style=Markup((_FOLDER / "style.css").read_text("utf-8")),
        question=_question(nouns),
        figures=figures,
        studied=studied,
        examples=examples(bundle, facts, data, on_stage),
        **_results(facts),
    )
    return Report(html, {**figures, **studied})


def _question(nouns: list[str]) -> str:
    """Return what the report answers.

    >>> _question(["image", "caption"])
    'Does reading the image and the caption together help?'
    """
    if len(nouns) == 1:
        return f"How well does the {nouns[0]} alone tell the classes apart?"
    return f"Does reading {listed([f'the {one}' for one in nouns])} together help?"


def _results(facts: ModelFacts) -> dict[str, Any]:
    """Return what the template shows of the results, and the functions that put it into words."""
    best, found = facts.heads[facts.best_informed], facts.summary.evaluation
    classes = facts.held_out.classes
    return {
        "summary": facts.summary,
        "dataset": facts.summary.manifest["dataset"],
        "evaluation": found,
        "answer": answer_sentence(found),
        "hundred": hundred_sentence(found),
        "of_hundred": of_hundred,
        "squares": Markup(gain_squares(found)),
        "sure": SURE,
        "classes": classes,
        "numbered": numbered(classes),
        "heads": facts.heads,
        "best": best,
        "titles": titles_of(facts.heads),
        "broken": broken_promises(facts),
        "percent": percent,
        "share": share,
        "mistakes": mistakes(best.matrix, classes)[:_MISTAKES],
        "configuration": _configuration(facts),
    }


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
        "Notes on the data": " ".join(manifest["dataset"]["notes"]),
        "Left out": kinds_sentence(manifest["dataset"].get("left_out_kinds") or {}).removeprefix("Left out: "),
        "Pairs": f"{manifest['n_train']:,} for training; {summary.evaluation.protocol}; seed {summary.config.seed}",
        "Training took": summary.cost(),
        "Made with": ", ".join(f"{name} {number}" for name, number in manifest["versions"].items()),
    }
    return {name: value for name, value in {**encoders, **prepared, **rest}.items() if value}
