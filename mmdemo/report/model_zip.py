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
from mmdemo.report.card import model_card
from mmdemo.report.zip_readme import MODEL, zip_readme
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
        model = _published(facts, Path(temporary) / MODEL)
        _add(file, f"{name}/README.md", zip_readme(facts, title).encode())
        _add(file, f"{name}/MODEL_CARD.md", model_card(model_facts(model), title).encode())
        for path in sorted(model.iterdir()):
            _add(file, f"{name}/{MODEL}/{path.name}", read_bytes(path, FILE_BYTES))
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


def _add(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    file.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content, zipfile.ZIP_DEFLATED)
