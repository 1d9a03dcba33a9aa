"""A model card: what a model is for, what it was trained on, and where it does well and badly."""

from collections.abc import Iterator

from mmdemo.bundles.facts import ModelFacts
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.evaluation.confusion import likeliest_mistake
from mmdemo.evaluation.sentences import listed, noun, titles_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import SURE, certainty
from mmdemo.report.card_results import promises_kept, results, results_by_class, share
from mmdemo.report.markdown import plain

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
        "Results": results(facts),
        f"Results by class, {titles_of(facts.heads)[facts.best_informed].lower()}": results_by_class(facts),
        "How often answers are right": promises_kept(facts),
        "How it was trained": _details(facts),
        "Cost and environment": _environment(facts),
        "Train it again": _reproduction(facts),
    }
    found = facts.summary.evaluation
    parts = [f"# Model card: {plain(title)}", *found.sentences()]
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
        yield f"- {MODALITIES[name].encoder_title}: {plain(encoder)}; preparation: {plain(how)}."
    yield "- Classifiers: multinomial logistic regression on the encoders' features."
    for title, head in zip(titles_of(facts.heads).values(), facts.heads.values(), strict=True):
        yield f"- {title}: C = {head.C:g}, temperature {head.temperature:.2f}."


def _data(facts: ModelFacts) -> Iterator[str]:
    dataset, found = facts.summary.manifest["dataset"], facts.summary.evaluation
    counts = {one.label: one.support for one in facts.heads[facts.best_informed].classes}
    yield f"- Name: {plain(facts.summary.data)}"
    yield f"- Source: {plain(dataset['source'])}"
    yield f"- Licence: {plain(dataset['licence'])}"
    yield (
        f"- Pairs: trained on {facts.summary.manifest['n_train']:,}; evaluated on {found.protocol}, chosen with seed "
        f"{facts.summary.config.seed}."
    )
    if found.groups < found.n:
        yield f"- Pairs that belong together are held out together and count as one: {found.groups:,} groups."
    held_out = ", ".join(f"{plain(label)} ({n})" for label, n in counts.items())
    yield f"- Classes, with their held-out pairs: {held_out}."
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
        f"Answers of a probability of {SURE:.0%} or more are called sure ({certainty(SURE)}). On the held-out pairs, "
        f"{best.coverage.coverage:.0%} were sure, and {_precision(best.coverage.answered, best.coverage.precision)}."
    )


def _inputs(modalities: tuple[str, ...]) -> str:
    nouns = [noun(name) for name in modalities]
    return f"{nouns[0]}s" if len(nouns) == 1 else f"pairs of {listed(nouns)}"


def _precision(answered: int, precision: float) -> str:
    return f"{precision:.0%} of those were right" if answered else "so none can be judged"


def _limits(facts: ModelFacts) -> Iterator[str]:
    best, n = facts.heads[facts.best_informed], facts.summary.evaluation.n
    yield "- It always answers with one of its classes, even when none of them fits."
    yield f"- It was evaluated on {n:,} pairs of one dataset. Pairs of another kind were not tested."
    language = facts.summary.manifest["dataset"]["options"].get("captions")
    if language:
        yield f"- Its captions were in one language ({plain(str(language))})."
    seen = sorted((one for one in best.classes if one.support), key=lambda one: (one.recall.value, one.label))
    weakest = ", ".join(f"{plain(one.label)} {share(one.recall)}" for one in seen[:_WEAKEST])
    yield f"- Classes with the lowest recall (recall, 95 % interval): {weakest}."
    mistake = likeliest_mistake(best.matrix, facts.held_out.classes)
    if mistake:
        label, guess = (facts.held_out.classes.index(one) for one in mistake)
        times = int(best.matrix[label, guess])
        yield (
            f"- Most frequent mistake: {plain(mistake[0])} classified as {plain(mistake[1])}, "
            f"{times} time{'s' if times > 1 else ''}."
        )


def _environment(facts: ModelFacts) -> Iterator[str]:
    summary = facts.summary
    yield f"- Training took {summary.cost()}."
    versions = ", ".join(f"{plain(name)} {plain(number)}" for name, number in summary.manifest["versions"].items())
    yield f"- Made with {versions}."


def _reproduction(facts: ModelFacts) -> Iterator[str]:
    yield f"    {' '.join(facts.summary.command.splitlines())}"
    yield f"\nSHA-256 of the model's manifest, which lists those of all its files: `{facts.summary.fingerprint}`"
