"""SECURITY.md says what the code does."""

import re
from pathlib import Path

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
