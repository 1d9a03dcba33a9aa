"""A copy, under a name of ours, of a file whose name is no text."""

import os
import shutil
from pathlib import Path

from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError
from mmdemo.preprocess.source import MAX_BYTES
from mmdemo.storage.bounded import Bounded
from mmdemo.storage.folders import cache_dir, mark_used
from mmdemo.storage.reading import content, open_regular
from mmdemo.storage.whole import whole_file


def plain_copy(path: Path, name: str) -> Path | DatasetError:
    """Return the path of a copy in the cache, made once for each content; or why there is none.

    name: as messages write it; its ending is kept.
    """
    try:
        place = cache_dir() / "renamed" / f"{content(path).sha256}{os.path.splitext(name)[1].lower()}"
        if not place.exists():
            with open_regular(path) as source, whole_file(place, binary=True, parents=True) as target:
                shutil.copyfileobj(Bounded(source, MAX_BYTES), target)
    except OSError as error:
        why = error.strerror or error
        return DatasetError(f"{shown(name)} cannot be copied under a name in UTF-8: {why}; rename the file.")
    mark_used([place])
    return place
