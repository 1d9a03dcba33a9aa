"""A model card: what a model is for, what it was trained on, and where it does well and badly."""

from collections.abc import Iterator

from mmdemo.bundles.facts import ModelFacts
from mmdemo.datasets.finding import counted
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.evaluation.confusion import mistakes
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence, of_hundred
from mmdemo.evaluation.sentences import listed, noun, titles_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import SURE, certainty
from mmdemo.report.card_statistics import statistics
from mmdemo.report.markdown import plain, table

STATISTICS = "The statistics"
"""The section that holds intervals, tests and metrics; above it everything is said plainly."""

_WEAKEST = 3  # classes that the limits name


def model_card(facts: ModelFacts, title: str) -> str:
    """Return the card in Markdown; every number in it is computed from the model.

    Source: Mitchell et al. (2019), "Model cards for model reporting".
    """
    sections = {
        "What it is": _description(facts),
        "Data": _data(facts),
        "Intended use": _intended_use(facts),
        "Limits": _limits(facts),
        "How often answers are right": _answers_right(facts),
        STATISTICS: statistics(facts),
        "How it was trained": _details(facts),
        "Cost and environment": _environment(facts),
        "Train it again": _reproduction(facts),
    }
    found = facts.summary.evaluation
    parts = [f"# Model card: {plain(title)}", f"**{answer_sentence(found)}**"]
    parts += [hundred_sentence(found), *found.sentences(), f"Measured on {found.basis}."]
    parts += [f"**{warning}**"] if (warning := found.warning()) else []
    for heading, lines in sections.items():
        parts += [f"## {heading}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _description(facts: ModelFacts) -> Iterator[str]:
    yield from (f"- {plain(said)}." for said in facts.summary.reading())
    nouns = [noun(name) for name in facts.summary.evaluation.modalities]
    if len(nouns) > 1:
        yield f"- There is a model for each of {listed(nouns)} alone, and for each set of them together."


def _details(facts: ModelFacts) -> Iterator[str]:
    summary = facts.summary
    for name, how in summary.preparation().items():
        encoder = summary.config.encoders[name]
        yield f"- {MODALITIES[name].nouns.capitalize()} are read by {plain(encoder)}, prepared {plain(how)}."
    yield "- Classifiers: multinomial logistic regression on the encoders' features."
    for title, head in zip(titles_of(facts.heads).values(), facts.heads.values(), strict=True):
        yield f"- {title}: C = {head.C:g}, temperature {head.temperature:.2f}."


def _data(facts: ModelFacts) -> Iterator[str]:
    dataset, found = facts.summary.manifest["dataset"], facts.summary.evaluation
    counts = {one.label: one.support for one in facts.heads[facts.best_informed].classes}
    yield f"- Name: {plain(facts.summary.data)}"
    yield f"- Source: {plain(dataset['source'])}"
    yield f"- Licence: {plain(dataset['licence'])}"
    yield f"- Pairs: trained on {facts.summary.manifest['n_train']:,}, tested on {found.basis}."
    listing = ", ".join(f"{plain(label)} ({n})" for label, n in counts.items())
    yield f"- Classes, with the pairs that each was tested on: {listing}."
    yield from (f"- {plain(note)}" for note in dataset["notes"])
    if left_out := kinds_sentence(dataset.get("left_out_kinds") or {}):
        yield f"- {plain(left_out)}"
    yield f"- SHA-256 of the data: `{dataset['fingerprint']}`"


def _intended_use(facts: ModelFacts) -> Iterator[str]:
    heads, best = facts.heads, facts.heads[facts.best_informed]
    yield (
        f"To sort {_inputs(facts.summary.evaluation.modalities)} like those of the data above into its "
        f"{len(facts.held_out.classes)} classes, and to explain each answer."
    )
    if len(heads) > 1:
        yield "A pair that lacks something is answered by the model for exactly what it has."
    yield (
        f"Answers of a probability of {SURE:.0%} or more are called sure ({certainty(SURE)}). Of the pairs it had not "
        f"seen, {of_hundred(best.coverage.coverage)}% got one, and "
        f"{_precision(best.coverage.answered, best.coverage.precision)}."
    )


def _inputs(modalities: tuple[str, ...]) -> str:
    nouns = [noun(name) for name in modalities]
    return f"{nouns[0]}s" if len(nouns) == 1 else f"pairs of {listed(nouns)}"


def _precision(answered: int, precision: float) -> str:
    return f"{of_hundred(precision)}% of those were right" if answered else "so none can be judged"


def _limits(facts: ModelFacts) -> Iterator[str]:
    best = facts.heads[facts.best_informed]
    yield "- It always answers with one of its classes, even when none of them fits."
    yield "- It was tested on pairs of one dataset. Pairs of another kind were not tested."
    language = facts.summary.manifest["dataset"]["options"].get("captions")
    if language:
        yield f"- Its captions were in one language ({plain(str(language))})."
    seen = sorted((one for one in best.classes if one.support), key=lambda one: (one.recall.value, one.label))
    weakest = ", ".join(f"{plain(one.label)} ({of_hundred(one.recall.value)}% of its pairs)" for one in seen[:_WEAKEST])
    yield f"- Classes that it recognises least often: {weakest}."
    for one in mistakes(best.matrix, facts.held_out.classes)[:1]:
        yield (
            f"- Most frequent mistake: {plain(one.label)} taken for {plain(one.answer)}, "
            f"{one.pairs} of {counted(one.support, 'pair')}."
        )


def _answers_right(facts: ModelFacts) -> Iterator[str]:
    kept = facts.heads[facts.best_informed].promises
    rows = [[one.words, str(one.right.n), f"{of_hundred(one.right.value)}%"] for one in kept]
    yield table(["What stands beside an answer", "Pairs", "Were right"], rows)


def _environment(facts: ModelFacts) -> Iterator[str]:
    summary = facts.summary
    yield f"- Training took {summary.cost()}."
    versions = ", ".join(f"{plain(name)} {plain(number)}" for name, number in summary.manifest["versions"].items())
    yield f"- Made with {versions}."


def _reproduction(facts: ModelFacts) -> Iterator[str]:
    yield f"    {' '.join(facts.summary.command.splitlines())}"
    yield f"\nSHA-256 of the model's manifest, which lists those of all its files: `{facts.summary.fingerprint}`"
