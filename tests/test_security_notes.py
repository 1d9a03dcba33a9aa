"""SECURITY.md, and the limits in the README, say what the code does."""

import re
from pathlib import Path

from mmdemo.datasets import labels
from mmdemo.datasets.files import tree as file_tree
from mmdemo.datasets.files import zip_tree
from mmdemo.datasets.tables import bounds
from mmdemo.jobs.process import Patience
from mmdemo.jobs.queue import LIMIT
from mmdemo.preprocess import foreign, source
from mmdemo.preprocess import limits as of_images
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.storage import limits
from mmdemo.ui.door.headers import HEADERS

ROOT = Path(__file__).resolve().parent.parent
NOTES = (ROOT / "SECURITY.md").read_text("utf-8")


def test_the_headers_for_a_proxy_are_ours() -> None:
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        written = re.findall(rf'{name} "?(.+?)"?(?: always;)?$', NOTES, re.MULTILINE)
        assert written == [HEADERS[name]] * 2


def test_a_proxy_lets_pass_what_the_server_takes() -> None:
    sizes = [int(size) for size in re.findall(r"(?:max_body_size|max_size) (\d+)", NOTES)]
    assert len(sizes) == 2 and all(size > limits.UPLOAD_MEGABYTES for size in sizes)


def test_every_setting_it_names_is_read_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in ROOT.glob("mmdemo/**/*.py"))
    assert [name for name in re.findall(r"MMDEMO_\w+", NOTES) if name not in code] == []


def test_the_limits_in_the_readme_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    most = {
        "an image file": (source.MAX_BYTES // 10**6, of_images.MAX_PIXELS // 10**6, of_images.MAX_JPEG_PIXELS // 10**6),
        "what an image takes to read": (foreign.BUDGET.cpu, foreign.BUDGET.megabytes),
        "a caption; a label": (MAX_CHARACTERS, labels.LONGEST),
        "`data.csv`": (bounds.MOST_BYTES // 10**6, bounds.MOST_ROWS),
        "a zip or folder": (file_tree.MOST_FILES, zip_tree.MOST_BYTES // 2**30),
        "an upload": (limits.UPLOAD_MEGABYTES,),
        "a dataset that a page sends in pieces": (limits.pack_bytes() / 1e6, limits.PIECE_BYTES / 1e6),
        "data that one visitor brings; that all bring": (limits.own_data_bytes() / 2e6, limits.own_data_bytes() / 1e6),
        "runs that wait": (LIMIT,),
        "a run": (Patience().total / 60, Patience().crowded / 60),
    }
    found = {what: tuple(int(n.replace(",", "")) for n in re.findall(r"\b[\d,]*\d", rows[what])) for what in most}
    assert {what: found[what][: len(most[what])] for what in most} == most
