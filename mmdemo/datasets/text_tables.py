"""Tables that end in .txt, as Excel calls its "Unicode Text"; most such files are captions or notes."""

from collections.abc import Iterator

from mmdemo.datasets.columns import columns_of
from mmdemo.datasets.files.folding import folded, is_image, stem
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.tables.names import TEXT
from mmdemo.datasets.tables.reading import read_sheet
from mmdemo.errors import DatasetError

_MOST = 12  # files that are looked at


def text_tables(tree: FileTree) -> tuple[str, ...]:
    """Return the names of the files that end in .txt and hold tables: of several columns, one of which names images.

    The latter only where there are images. A file beside an image of its name holds its caption.
    """
    images = [name for name in tree.names if is_image(name)]
    captions = {start for name in images for start in (folded(name), stem(folded(name)))}
    found = [name for name in tree.names if name.lower().endswith(TEXT) and _start(name) not in captions]
    return tuple(_tables(tree, found[:_MOST], images))


def _tables(tree: FileTree, names: list[str], images: list[str]) -> Iterator[str]:
    for name in names:
        try:
            sheet = read_sheet(tree, name)
        except DatasetError:
            continue
        columns = columns_of(sheet, images)
        if len(columns) > 1 and len(sheet.cells) and (not images or any(one.share(one.files) > 0.5 for one in columns)):
            yield name


def _start(name: str) -> str:
    return folded(name).removesuffix(TEXT)
