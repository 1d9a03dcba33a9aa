"""A model to download: a zip with the model, its card, and how to use it without the app."""

import io
import re
import tempfile
import zipfile
from pathlib import Path

from mmdemo.bundles.arrays import FILE_BYTES
from mmdemo.bundles.facts import ModelFacts, model_facts
from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.manifest import MANIFEST, write_manifest
from mmdemo.modalities.registry import MODALITIES
from mmdemo.report.card import model_card
from mmdemo.report.markdown import plain
from mmdemo.storage.reading import read_bytes
from mmdemo.training.command_line import public_command

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same model gives the same zip


def model_zip(folder: Path, title: str) -> bytes:
    """Return the zip: README.md, MODEL_CARD.md and the folder `model`, all in one folder named after the title.

    Raises a BundleError when the model's files are damaged or cannot be read.
    """
    facts = model_facts(folder)
    packed, name = io.BytesIO(), file_name(title)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file, tempfile.TemporaryDirectory() as temporary:
        model = _published(facts, Path(temporary) / "model")
        _add(file, f"{name}/README.md", _readme(facts, title).encode())
        _add(file, f"{name}/MODEL_CARD.md", model_card(model_facts(model), title).encode())
        for path in sorted(model.iterdir()):
            _add(file, f"{name}/model/{path.name}", read_bytes(path, FILE_BYTES))
    return packed.getvalue()


def file_name(title: str) -> str:
    """Return a title as a file name for any system, without extension.

    >>> file_name("../Cats & dogs: v2")
    'Cats-dogs-v2'
    """
    return re.sub(r"\W+", "-", title).strip("-_")[:60] or "model"


def _published(facts: ModelFacts, folder: Path) -> Path:
    """Copy the model's files; paths of this machine are removed from the command, and the manifest is sealed again."""
    manifest = dict(facts.summary.manifest)
    folder.mkdir()
    BundleFiles(facts.summary.folder).copy_to(folder, [MANIFEST, *manifest["files"]])
    if public_command(manifest["command"]) != manifest["command"]:
        sealed = {key: value for key, value in manifest.items() if key not in ("schema", "sha256")}
        write_manifest(folder, {**sealed, "command": public_command(manifest["command"])})
    return folder


def _readme(facts: ModelFacts, title: str) -> str:
    inputs = facts.summary.config.inputs(facts.best_informed)
    pair = " ".join(f"--{name} {_quoted(MODALITIES[name].example)}" for name in inputs)
    return _README.format(
        title=plain(title),
        verdict=facts.summary.verdict(),
        pair=pair,
        versions=", ".join(f"{name} {number}" for name, number in facts.summary.manifest["versions"].items()),
        fingerprint=facts.summary.manifest["dataset"]["fingerprint"],
    )


def _quoted(value: str) -> str:
    """Return a word of a command as every system's shell takes it."""
    return f'"{value}"' if " " in value else value


def _add(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    file.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content, zipfile.ZIP_DEFLATED)


_README = """# {title}

A model made with Fusion Lab. {verdict}

The folder `model` is all of it. In a terminal, in the folder of Fusion Lab, where DIR is the path of that folder:

    python -m mmdemo classify --model DIR {pair}
    python -m mmdemo evaluate --model DIR

The first answers one pair and says why (`--json` for a program to read; `--data FOLDER --output
FILE.csv` for many pairs at once). The second prints how the model did on its held-out pairs, and with
`--data FOLDER` how it does on pairs of your own.

Every file is checked against the SHA-256 in `model/manifest.json` before it is read, and there is no pickle in it.
`MODEL_CARD.md` says what the model is for, what it was trained on, and where it does badly.

Whoever has these files can read from them how each pair is labelled and, if the model reads captions, which words
each of them has and numbers for its meaning, against which a guess at its wording can be checked. They hold no image
and no name of a file.

Made with {versions}. Other versions may work; loading the model fails if they do not.

SHA-256 of the data that it was trained on: {fingerprint}
"""
