"""The files of a dataset on a page: used, and still there."""

import os
import shutil
from pathlib import Path

import pytest

from mmdemo.datasets.registry import load
from mmdemo.ui.dataset_files import mark, still_there


def test_the_folder_of_drawn_images_is_marked_and_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path))
    dataset = load("homonyms", n=40)
    folder = Path(dataset.frame["image"].iloc[0]).parent
    entry = tmp_path.joinpath(*folder.relative_to(tmp_path).parts[:2])
    os.utime(entry, (1, 1))
    mark(dataset)
    assert entry.stat().st_mtime > 1
    assert still_there(dataset)
    shutil.rmtree(folder)
    assert not still_there(dataset)
    mark(dataset)  # what is gone is no harm
