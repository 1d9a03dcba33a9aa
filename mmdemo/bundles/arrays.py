"""The arrays of a foreign `.npz`: what they state is bounded before anything is unpacked."""

import io
import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.lib.npyio import NpzFile

from mmdemo.storage.reading import open_regular
from mmdemo.storage.zips import open_member, open_zip

FILE_BYTES = 500_000_000  # of one file of a model
ARRAY_BYTES = 100_000_000  # of all arrays of one file
_MOST_ARRAYS = 10_000
_KINDS = "biufU"  # booleans, numbers and text; objects would be pickles


@contextmanager
def opened_arrays(path: Path, most: int = ARRAY_BYTES, compressed: bool = True) -> Iterator[NpzFile]:
    """Open a `.npz` file whose arrays, by their own headers, have at most so many bytes.

    compressed: whether they may be.
    Raises an OSError, ValueError or zipfile.BadZipFile where it is none, has more, or is compressed.
    """
    with open_regular(path) as file:
        members = check_arrays(file, most)
        if not compressed and any(member.compress_type for member in members):
            raise ValueError("it is compressed")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            if not isinstance(arrays, NpzFile):
                raise ValueError("it is no file of arrays")
            yield arrays


def check_arrays(
    file: io.BufferedReader, most: int, besides: Callable[[zipfile.ZipInfo], bool] = lambda member: False
) -> list[zipfile.ZipInfo]:
    """Return what a zip of arrays holds.

    besides: which members are no arrays.
    Raises a ValueError where the arrays have more than `most` bytes, or one is neither numbers nor text.
    """
    with open_zip(file, _MOST_ARRAYS) as archive:
        members = archive.infolist()
        total = sum(_bytes(archive, member) for member in members if not besides(member))
    if total > most:
        raise ValueError(f"its arrays have {total:,} bytes, more than {most:,}")
    return members


def _bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return how many bytes an array has by its header, of which only that is unpacked."""
    with open_member(archive, member) as file:
        if npy.read_magic(file) != (1, 0):
            raise ValueError(f"{member.filename} is of another version")
        shape, _, dtype = npy.read_array_header_1_0(file)
    if dtype.kind not in _KINDS or min(shape, default=0) < 0:
        raise ValueError(f"{member.filename} holds neither numbers nor text")
    return math.prod(shape) * max(dtype.itemsize, 1)
