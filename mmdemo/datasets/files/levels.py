"""Which of the folders around an image stand for classes."""

import re
from collections.abc import Sequence

_SPLITS = frozenset(
    ("train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval", "holdout", "held-out")
)
_NUMBER = re.compile(r"[\d\W_]+")


def labels_of(images: Sequence[str]) -> list[str]:
    """Return the class of each image by its folder: "" for one beside the folders; [] where there are no two classes.

    The class is the folder nearest to the image at a depth where folders differ by more than a number, such as a year;
    where images lie at several depths, the outermost where they differ. Folders around all, and parts such as train and
    test, are no classes.

    >>> labels_of(["set/train/cats/1.jpg", "set/train/dogs/2.jpg", "set/test/cats/3.jpg"])
    ['cats', 'dogs', 'cats']
    >>> labels_of(["cats/2023/1.jpg", "dogs/2023/2.jpg", "dogs/2024/3.jpg"])
    ['cats', 'dogs', 'dogs']
    >>> labels_of(["photos/1.jpg", "photos/2.jpg"])
    []
    """
    folders = [image.split("/")[:-1] for image in images]
    if all(folder and folder[0].lower() in _SPLITS for folder in _inside(folders)):
        folders = [folder[1:] for folder in _inside(folders)]
    folders = _inside(folders)
    depths = {len(folder) for folder in folders if folder}
    levels = range(min(depths, default=0))
    differing = [level for level in levels if len(_values(folders, level)) > 1]
    telling = [level for level in differing if not all(map(_NUMBER.fullmatch, _values(folders, level)))] or differing
    if not telling:
        return []
    level = telling[-1] if len(depths) == 1 else telling[0]
    return [folder[level] if folder else "" for folder in folders]


def _inside(folders: Sequence[list[str]]) -> list[list[str]]:
    """Return the folders without those that are around all images."""
    shared = 0
    while all(len(folder) > shared for folder in folders) and len({folder[shared] for folder in folders}) == 1:
        shared += 1
    return [folder[shared:] for folder in folders]


def _values(folders: Sequence[list[str]], level: int) -> set[str]:
    return {folder[level] for folder in folders if folder}
