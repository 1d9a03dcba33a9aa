"""What the server itself keeps and reads again, should somebody or a crash have changed it."""

import hashlib
import io
import json
from pathlib import Path
from threading import RLock
from types import SimpleNamespace
from typing import Any

import numpy as np

from mmdemo.jobs.known_jobs import KnownJobs
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.studies.study import kept_study, place_of
from tests.fuzz.answers import _JSON
from tests.fuzz.target import Reader, Target

_WIDTH = 5
_ID = "0123456789abcdefghijkl"
_RECORD = {
    "arguments": ["train", "--data", "homonyms", "--seed", "42"],
    "visitor": "v" * 16,
    "key": "k",
    "submitted": 1e9,
    "elapsed": 3.5,
    "epochs": [{"epoch": 1, "loss": 0.5}],
    "result": {"seconds": {"total": 3.5}, "classes": ["a", "b"]},
    "name": "mine",
}


def _features(folder: Path) -> Reader:
    cache = FeatureCache(folder / "features")
    path = cache._path("key")
    encoded = np.arange(_WIDTH, dtype=np.float32)[None]

    def read(data: bytes) -> None:
        sealed, body = data[:1] == b"s", data[1:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body + hashlib.sha256(path.name.encode() + body).digest() if sealed else body)
        row = cache.rows(["key"], _WIDTH, lambda places: encoded)
        assert row.shape == (1, _WIDTH) and row.dtype == np.float32 and np.isfinite(row).all()
        assert sealed or (row == encoded).all()

    return read


def _feature_seeds() -> list[bytes]:
    found = []
    arrays = [
        np.ones(_WIDTH, "f4"),
        np.full(_WIDTH, np.nan, "f4"),
        np.ones(3, "f8"),
        np.array(["x"] * _WIDTH),
        np.ones((1, _WIDTH), "f4"),
        np.ones(_WIDTH, ">f4"),
        np.ones(_WIDTH, "i4"),
    ]
    for array in arrays:
        file = io.BytesIO()
        np.save(file, array)
        found.append(b"s" + file.getvalue())
    return [*found, b"u" + found[0][1:]]


def _records(folder: Path) -> Reader:
    (folder / _ID).mkdir()
    (folder / _ID / "manifest.json").write_text("{}")

    def read(data: bytes) -> None:
        (folder / f"{_ID}.json").write_bytes(data)
        folders = RunFolders(folder)
        known = KnownJobs(folders, RLock())
        job = known.get(_ID)
        assert job is not None
        snapshot = job.snapshot("v" * 16)
        assert snapshot.command is not None and not snapshot.live
        folders.remember(_ID, {**job.record(), "name": folders.name(_ID)})
        assert known.seconds_like(job) is not None and list(known.of(job.visitor)) == [job]

    return read


def _record_seeds() -> list[bytes]:
    odd = ["[" * 5_000, '{"submitted": ' + "9" * 400 + "}", '{"epochs": {"a": 1}}', '{"arguments": null}', "null"]
    return [json.dumps(_RECORD).encode(), *(text.encode() for text in odd)]


def _studies(folder: Path) -> Reader:
    bundle: Any = SimpleNamespace(manifest={"sha256": "0" * 64}, path=folder / ("m" * 22))
    path = place_of(bundle, "learning")
    path.parent.mkdir(parents=True)

    def read(data: bytes) -> None:
        path.write_bytes(data)
        kept_study(bundle, "learning")

    return read


def _study_seeds() -> list[bytes]:
    curve = {"curves": [{"name": "noise", "levels": [0, 1], "accuracies": [0.5, 0.25]}], "n": 3}
    studies = [{"schema": 2, "kind": kind, "result": curve, "seconds": {}} for kind in ("learning", "robustness")]
    return [*(json.dumps(one).encode() for one in studies), b"[" * 5_000, b'{"a":' * 5_000]


_TOKENS = (*_JSON, *(f'"{name}": '.encode() for name in _RECORD))
FEATURES = Target(_features, _feature_seeds, (b"s", b"descr", b"'<f4'", b"shape", b"|O", b"\x93NUMPY"), 1, 20)
RECORDS = Target(_records, _record_seeds, _TOKENS, cpu=1, megabytes=30)
STUDIES = Target(_studies, _study_seeds, (*_JSON, b"schema", b"result", b"curves"), cpu=1, megabytes=30)
