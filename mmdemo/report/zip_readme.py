"""The README in a model's zip: what to do with the model, in commands that work as they stand there."""

from mmdemo.bundles.facts import ModelFacts
from mmdemo.evaluation.sentences import listed
from mmdemo.modalities.registry import MODALITIES
from mmdemo.report.markdown import plain

MODEL = "model"  # the folder in the zip
_TABLE, _ANSWERS = "pairs.csv", "answers.csv"


def zip_readme(facts: ModelFacts, title: str) -> str:
    """Return the README in Markdown."""
    used = [MODALITIES[name] for name in facts.summary.config.inputs(facts.best_informed)]
    drawn = [f"`{one.example}` is {one.a_noun} of your own: put it there, too." for one in used if one.drawn]
    return _README.format(
        title=plain(title),
        verdict=facts.summary.verdict(),
        model=MODEL,
        pair=" ".join(f"--{one.name} {_quoted(one.example)}" for one in used),
        stands_for=" ".join([f"The model is the folder `{MODEL}` beside it.", *drawn]),
        nouns=listed([one.nouns for one in used]),
        table=_TABLE,
        answers=_ANSWERS,
        header=",".join(one.name for one in used),
        row=",".join(f'"{one.example}"' for one in used),
        versions=", ".join(f"{name} {number}" for name, number in facts.summary.manifest["versions"].items()),
        fingerprint=facts.summary.manifest["dataset"]["fingerprint"],
    )


def _quoted(value: str) -> str:
    """Return a word of a command as every system's shell takes it."""
    return f'"{value}"' if " " in value else value


_README = """# {title}

A model made with Fusion Lab. {verdict}

## What you need

Fusion Lab itself, which is not in this zip: the folder of the program, from whoever gave you this model. It is not on
PyPI. With Python 3.11, 3.12 or 3.13, in a terminal in that folder, this installs the command `mmdemo`:

    python -m pip install .

All other commands are for a terminal in the folder that holds this README. {stands_for}

## Classify one pair

    mmdemo classify --model {model} {pair}

It prints the answer and why. Leave out what a pair does not have. Add `--json` for output that a program can read.

## Classify a whole table

A table has a column for {nouns}, and a line for each pair. Save this one as `{table}`, or take your own:

    {header}
    {row}

Then this writes the table with its answers to `{answers}`; a name that ends in `.xlsx` makes it a workbook:

    mmdemo classify --model {model} --data {table} --output {answers}

## See how good it is

    mmdemo evaluate --model {model}

It prints how the model did on the pairs that it had not seen. `MODEL_CARD.md` says what the model is for, what it was
trained on, and where it does badly.

## Open it in the app

Start the app as the README of Fusion Lab says, go to the page Models, and choose this zip, as it is, under
“Open a model from elsewhere”.

## What is in it

Every file is checked against the SHA-256 in `{model}/manifest.json` before it is read. The files hold numbers and text,
no program and no pickle: nothing in them is run.

Whoever has these files can read from them how each pair is labelled and, if the model reads captions, which words
each of them has and numbers for its meaning, against which a guess at its wording can be checked. They hold no image
and no name of a file.

Made with {versions}. Other versions may work; loading the model fails if they do not.

SHA-256 of the data that it was trained on: {fingerprint}
"""
