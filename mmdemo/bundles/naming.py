"""How messages name a model's folder and what was wrong: without the paths of a server."""

import re
from pathlib import Path

from mmdemo.preprocess.shortened import shortened

_RUN = re.compile(r"[A-Za-z0-9_-]{22}")  # a run's id, which is a secret
_LONGEST = 200  # characters of a reason


def place(folder: Path) -> str:
    """Return a model's folder for a message: the last part of its path, unless that is the id of a run.

    >>> place(Path("/srv/models/everyday")), place(Path("/srv/runs/0123456789abcdefghijkl"))
    ("'everyday'", 'this folder')
    """
    name = folder.name or folder.absolute().name
    return "this folder" if not name or _RUN.fullmatch(name) else repr(name)


def reason(error: BaseException) -> str:
    """Return what an error says, on one line and not too long; without the path that an OSError holds.

    >>> reason(FileNotFoundError(2, "No such file or directory", "/srv/secret"))
    'No such file or directory'
    """
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    said = " ".join(str(error).split()) or type(error).__name__
    return shortened(said, _LONGEST)
