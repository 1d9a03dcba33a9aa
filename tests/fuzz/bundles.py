"""Models: one file, or one array in a file, replaced by mutated bytes, and the manifest sealed again."""

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.manifest import MANIFEST, write_manifest
from mmdemo.bundles.nearest import nearest
from mmdemo.bundles.opening import open_model
from mmdemo.bundles.summary import summarise
from mmdemo.bundles.writing import save
from mmdemo.errors import BundleError
from tests.fuzz.answers import _JSON
from tests.fuzz.target import Reader, Target, all_tried
from tests.models import Models

ZEROS = b"0" * 64
_TOKENS = (
    *_JSON,
    b'"kept_train": 9, ',
    b"\x93NUMPY",
    b"descr",
    b"'<f4'",
    b"'<U5'",
    b"|O",
    b"shape",
    b"fortran_order",
    b"__module__",
    b"PK\1\2",
)


@cache
def small_model() -> dict[str, bytes]:
    """Return the files of a small model, file name → content; that of the manifest lacks its seal."""
    with tempfile.TemporaryDirectory() as folder:
        save(
            Models(Path(folder)).trained("none", "tfidf"),
            Path(folder, "model"),
            "mmdemo train",
            {"seconds": {"total": 3.5}},
        )
        files = {path.name: path.read_bytes() for path in sorted(Path(folder, "model").iterdir())}
    seal = json.loads(files[MANIFEST])["sha256"].encode()
    return {**files, MANIFEST: files[MANIFEST].replace(seal, ZEROS)}


@cache
def _places() -> list[tuple[str, str]]:
    """Return what is replaced: a whole file, or a member of one that is a zip."""
    found = []
    for name, content in small_model().items():
        found.append((name, ""))
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                found += [(name, member) for member in file.namelist()]
    return found


def _content(name: str, member: str) -> bytes:
    if not member:
        return small_model()[name]
    with zipfile.ZipFile(io.BytesIO(small_model()[name])) as file:
        return file.read(member)


def _with(name: str, member: str, content: bytes) -> bytes:
    """Return the content of a file in which a member has another content, with a right checksum."""
    if not member:
        return content
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small_model()[name])) as old, zipfile.ZipFile(buffer, "w") as new:
        for one in old.namelist():
            new.writestr(one, content if one == member else old.read(one))
    return buffer.getvalue()


def _reader(folder: Path, places: list[tuple[str, str]]) -> Reader:
    model = folder / "model"

    def read(data: bytes) -> None:
        name, member = places[int.from_bytes(data[:2], "big") % len(places)]
        shutil.rmtree(model, ignore_errors=True)
        model.mkdir()
        for one, content in {**small_model(), name: _with(name, member, data[2:])}.items():
            (model / one).write_bytes(content)
        _seal(model, name)
        all_tried(data, *(lambda _, use=use: use(model) for use in (_use, summarise, model_facts)))

    return read


def _seal(model: Path, changed: str) -> None:
    """Vouch for the files as they are; a manifest that is replaced is sealed as it stands."""
    if changed == MANIFEST:
        start, found, end = (model / MANIFEST).read_bytes().rpartition(ZEROS)
        whole = start + found + end
        (model / MANIFEST).write_bytes(start + hashlib.sha256(whole).hexdigest().encode() + end if found else whole)
        return
    files = BundleFiles(model)
    kept = {key: value for key, value in json.loads(small_model()[MANIFEST]).items() if key not in ("schema", "sha256")}
    write_manifest(model, {**kept, "files": {name: files.sha256(name) for name in kept["files"]}})


def _use(model: Path) -> None:
    bundle = load(model)
    evidence = bundle.model.examine({"text": "a round ball"})
    bundle.model.answer(evidence)
    nearest(bundle, evidence, 3)
    if bundle.fold_models.kept:
        for fold in set(bundle.held_out.fold.tolist()):
            bundle.fold_models[fold]
    known = bundle.trained_on()
    assert known.complete == (not known.caveat)
    assert bundle.evaluation.verdict() and bundle.evaluation.notes() is not None


def _seeds(places: list[tuple[str, str]]) -> list[bytes]:
    return [number.to_bytes(2, "big") + _content(*place) for number, place in enumerate(places)]


def _zip() -> bytes:
    """Return the small model, sealed, as a zip."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        _reader(Path(folder), [(MANIFEST, "")])(bytes(2) + small_model()[MANIFEST])
        for path in sorted(Path(folder, "model").iterdir()):
            file.write(path, f"model/{path.name}")
    return buffer.getvalue()


def _opened(folder: Path) -> Reader:
    def read(data: bytes) -> None:
        (folder / "model.zip").write_bytes(data)
        shutil.rmtree(folder / "opened", ignore_errors=True)
        open_model(folder / "model.zip", folder / "opened")

    return read


def _all(folder: Path) -> Reader:
    return _reader(folder, _places())


BUNDLE = Target(_all, lambda: _seeds(_places()), _TOKENS, longest=60_000, refusals=(BundleError,))
MANIFESTS = Target(
    lambda folder: _reader(folder, [(MANIFEST, "")]), lambda: _seeds([(MANIFEST, "")]), _TOKENS, refusals=(BundleError,)
)
_OF_ZIPS = (b"PK\3\4", b"PK\5\6", b"../")
ZIP = Target(_opened, lambda: [_zip()], (*_TOKENS, *_OF_ZIPS), longest=60_000, refusals=(BundleError,))
