"""Images without a table: a folder for each class, or one for all, with captions beside them or none."""

import codecs
import posixpath
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from mmdemo.datasets.files.folding import folded, is_image, stem
from mmdemo.datasets.files.levels import labels_of
from mmdemo.datasets.files.not_read import not_read
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.tables.bounds import MOST_BYTES
from mmdemo.datasets.tables.encoding import find_encoding
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.wording import listed, shown
from mmdemo.errors import DatasetError

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CAPTIONS = (".txt", ".caption")  # endings of the files that hold them
_LONGEST = 100_000  # bytes of such a file; a caption has at most 10,000 characters


def class_folders(tree: FileTree, name: str) -> Sheet:
    """Return a row for each image, in the order of their names: `image`, `text` if there are captions, and `label`.

    A label is the name of an image's folder; there is no such column where fewer than two folders hold images.
    A caption is a file of the image's name that ends in .txt or .caption, beside it. name: of the tree, for messages.

    Raises DatasetError where there are no images.
    """
    images = [file for file in tree.names if is_image(file)]
    if not images:
        others = list(map(shown, tree.names or tree.hidden))
        holds = f"it holds {listed(others)}" if others else "it is empty"
        if tree.names and all(file.lower().endswith(".zip") for file in tree.names):
            holds += ": give the zip itself"
        if told := next(((file, what) for file in tree.names if (what := not_read(file))), None):
            holds += f", and {shown(told[0])} is {told[1]}" if others[1:] else f", which is {told[1]}"
        raise DatasetError(f"{name!r} holds neither a table nor images; {holds}.")
    captions, notes = _captions(tree, images)
    columns = {"image": images} | ({"text": captions} if any(captions) else {})
    if labels := labels_of(images):
        columns["label"] = labels
    else:
        notes.append(f"No table, and no folders that stand for classes: {len(images):,} images without labels.")
    cells = pd.DataFrame(dict(enumerate(columns.values())), range(1, len(images) + 1), dtype="str")
    return Sheet(tuple(columns), cells, tuple(notes))


def _captions(tree: FileTree, images: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the caption beside each image, "" where there is none, and a note on those that could not be read."""
    beside = _beside(tree.names, images)
    read: dict[str, bytes] = {}
    failed: list[str] = []
    left = MOST_BYTES
    for file, data in tree.contents(sorted(set(beside.values())), _LONGEST):
        if isinstance(data, DatasetError):
            failed.append(str(data))
            continue
        if (left := left - len(data)) < 0:
            failed.append(f"Of the captions beside the images, the first {MOST_BYTES:,} bytes are read.")
            break
        read[file] = data
    texts = _decoded(read)
    more = f" {len(failed) - 1:,} more captions could not be read." if len(failed) > 1 else ""
    return [texts.get(beside.get(image, ""), "") for image in images], [f"{failed[0]}{more}"] if failed else []


def _decoded(read: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return the captions as text, in the encoding that they together are most likely in where one does not say it."""
    marked = {file for file, data in read.items() if data.startswith(_MARKS)}
    shared = find_encoding(b"\n".join(data for file, data in read.items() if file not in marked)).codec
    return {file: _text(data, "" if file in marked else shared).strip() for file, data in read.items()}


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding or find_encoding(data).codec)
    except UnicodeDecodeError:
        return data.decode(find_encoding(data).codec, "replace")


def _beside(names: Iterable[str], images: Iterable[str]) -> Mapping[str, str]:
    """Return image → the file of its caption: a.txt or a.jpg.txt for a.jpg, whatever the case of their letters."""
    captions: dict[str, str] = {}
    for name in names:
        start, ending = posixpath.splitext(name)
        if ending.lower() in _CAPTIONS:
            captions.setdefault(folded(start), name)
    found = {image: captions.get(folded(image)) or captions.get(stem(folded(image))) for image in images}
    return {image: caption for image, caption in found.items() if caption}
