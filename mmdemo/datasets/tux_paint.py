"""Read the folder of Tux Paint's stamps: which images it holds, and their captions by language."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mmdemo.errors import DatasetError
from mmdemo.storage.reading import read_bytes

DEBIAN = Path("/usr/share/tuxpaint/stamps")
COPIES = ("_mirror", "_flip")  # mirrored images: a copy on either side of the split would be a leak
_CAPTION_BYTES = 1_000_000
LETTERS = "symbols/alphabets/"
ABSENT = (
    "The Tux Paint stamps are not in {folder}. On Debian or Ubuntu: apt-get install tuxpaint-stamps-default. "
    "On Streamlit Community Cloud: add a line tuxpaint-stamps-default to packages.txt. Elsewhere: download the stamps "
    "from tuxpaint.org and set MMDEMO_STAMPS_DIR to the folder that holds animals, food and so on."
)


@dataclass(frozen=True)
class Stamp:
    """One image (PNG or SVG) with its captions by language; `id` is its path in the collection, without suffix.

    >>> Stamp("animals/birds/owl", Path("animals/birds/owl.png"), {"en": "An owl."}).label
    'animals'
    """

    id: str
    image: Path
    captions: dict[str, str]

    @property
    def label(self) -> str:
        """Return the top folder."""
        return self.id.split("/")[0]


def stamps_dir(directory: Path | None = None) -> Path:
    """Return the folder of the stamps: the argument, else MMDEMO_STAMPS_DIR, else Debian's.

    Raises DatasetError, with how to get them, where there is no such folder.
    """
    root = _place(directory)
    if not root.is_dir():
        raise DatasetError(ABSENT.format(folder=root))
    return root


def stamps_installed() -> bool:
    """Return whether the folder of the stamps is there."""
    return _place(None).is_dir()


def _place(directory: Path | None) -> Path:
    return Path(directory or os.environ.get("MMDEMO_STAMPS_DIR") or DEBIAN)


def read_stamps(root: Path) -> tuple[list[Stamp], dict[str, int]]:
    """Return every captioned stamp under `root` in the order of the ids, and counts of what is left out.

    Raises DatasetError where there is none.
    """
    files = sorted(_files(root))
    # In reverse order, so that the PNG of an image in both formats stays.
    images = {stem: suffix for stem, suffix in reversed(files) if suffix in (".png", ".svg")}
    copies = {stem for stem in images if stem.endswith(COPIES)}
    letters = {stem for stem in images if stem.startswith(LETTERS)}
    silent = images.keys() - {stem for stem, suffix in files if suffix == ".txt"} - copies - letters
    stems = sorted(images.keys() - copies - letters - silent)
    if not stems:
        raise DatasetError(ABSENT.format(folder=root))
    found = [Stamp(stem, root / (stem + images[stem]), read_captions(root / f"{stem}.txt")) for stem in stems]
    return found, {"mirrored or flipped copies": len(copies), "letters of alphabets": len(letters),
                   "images without a caption file": len(silent)}


def _files(root: Path) -> Iterable[tuple[str, str]]:
    """Yield (path in `root` without suffix, suffix) of each file in a subfolder."""
    for folder, _, names in os.walk(root):
        where = Path(folder).relative_to(root).as_posix()
        if where != ".":
            yield from (os.path.splitext(f"{where}/{name}") for name in names)


def read_captions(path: Path) -> dict[str, str]:
    """Return the captions of one file by language: line 1 is English, the others read `lang.utf8=caption`."""
    english, *others = _read(path).decode("utf-8-sig", errors="replace").split("\n")
    pairs = [("en", english)]
    for line in others:
        key, _, caption = line.partition("=")
        if key.endswith(".utf8"):
            pairs.append((key.removesuffix(".utf8"), caption))
    return {language: caption.strip() for language, caption in pairs if caption.strip()}


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path, _CAPTION_BYTES)
    except OSError as error:
        raise DatasetError(f"The captions in {path.name} cannot be read: {error.strerror}.") from error
