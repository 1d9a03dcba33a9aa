"""Copy the images of a data set, each decoded once, into a folder of ours: small ones, and thumbnails."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

from mmdemo.errors import ImageError
from mmdemo.preprocess.reencoded import LONG_SIDE, copy_of

IMAGES, THUMBNAILS = "images", "thumbnails"
_TOLD = 8  # images between two reports
_READERS = 2  # threads: decoding releases Python's lock


@dataclass(frozen=True)
class ImageCopies:
    """names: path → name of its copy. refused: path → why it cannot be copied. sizes: name → (width, height) as stored.

    colours: name → its former colour profile, see `OpenedImage.other_colours`. notes: what a person should know of how
    they were read.
    """

    names: Mapping[str, str]
    refused: Mapping[str, str]
    sizes: Mapping[str, tuple[int, int]]
    colours: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def reduced(self) -> int:
        """How many images are larger than their copies."""
        return sum(max(size) > LONG_SIDE for size in self.sizes.values())


@dataclass(frozen=True)
class _Copied:
    name: str = ""
    refusal: str = ""
    size: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()
    colours: str | None = None


def copy_images(images: Sequence[str], folder: Path, report: Callable[[float], None]) -> ImageCopies:
    """Write copies of these files, and a thumbnail of each under the same name with .jpg, into subfolders.

    folder: one that `whole_folder` yielded. report: called with the share (0–1) done; what it raises stops the work.
    """
    for inside in (IMAGES, THUMBNAILS):
        (folder / inside).mkdir()
    numbered = [(f"{number:05}", image) for number, image in enumerate(images)]
    found: dict[str, _Copied] = {}
    copy = partial(_copy, folder=folder, alone=Lock())
    with ThreadPoolExecutor(_READERS) as readers:
        for start in range(0, len(images), _TOLD):
            part = numbered[start : start + _TOLD]
            copies = readers.map(copy, part)
            found |= zip((image for _, image in part), copies, strict=True)
            report(min(start + _TOLD, len(images)) / len(images))
    notes = Counter(note for one in found.values() for note in one.notes)
    return ImageCopies(
        names={image: one.name for image, one in found.items() if one.name},
        refused={image: one.refusal for image, one in found.items() if one.refusal},
        sizes={one.name: one.size for one in found.values() if one.name},
        colours={one.name: one.colours for one in found.values() if one.colours is not None},
        notes=tuple(f"{count:,} image{'s' if count > 1 else ''}: {note}" for note, count in notes.most_common()),
    )


def _copy(numbered: tuple[str, str], folder: Path, alone: Lock) -> _Copied:
    number, image = numbered
    try:
        copy = copy_of(image, alone=alone)
    except ImageError as error:
        return _Copied(refusal=str(error))
    name = f"{number}{copy.ending}"
    (folder / IMAGES / name).write_bytes(copy.data)
    (folder / THUMBNAILS / f"{number}.jpg").write_bytes(copy.thumbnail)
    return _Copied(name, size=copy.size, notes=copy.notes, colours=copy.colours)


def thumbnail_of(image: str) -> Path:
    """Return the path of the thumbnail of a copy."""
    path = Path(image)
    return path.parent.parent / THUMBNAILS / f"{path.stem}.jpg"
