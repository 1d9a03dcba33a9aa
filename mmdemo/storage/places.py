"""Keep the server's own folders out of what visitors read."""

import os
import sys
import tempfile
from pathlib import Path

from mmdemo.storage.folders import cache_dir, runs_dir

_PROJECT = Path(__file__).resolve().parents[2]


def without_places(text: str) -> str:
    """Return a message in which paths on this machine begin after the folder that is the server's own business."""
    places = [runs_dir(), cache_dir(), _PROJECT, sys.prefix, sys.base_prefix, tempfile.gettempdir(), Path.home()]
    private = [str(place) for place in places]
    folders = {form for place in private for form in (place, os.path.abspath(place), os.path.realpath(place))}
    for folder in sorted(folders - {os.sep, ".", ""}, key=len, reverse=True):
        text = text.replace(folder + os.sep, "")
    return text
