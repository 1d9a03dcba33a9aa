"""Open foreign zips: their list of files is bounded before the library parses it."""

import io
import struct
import zipfile

MOST_ENTRIES = 100_000
_ENTRY = b"PK\x01\x02"
_HEADER, _LENGTHS = 46, 28  # bytes of an entry's fixed part, and where the lengths of its name, extra and comment are
_LONGEST = 1_000  # bytes of each; zipfile takes quadratic time to read an extra field
_MOST_BYTES = 32_000_000  # of the whole list: 100,000 names of 270 bytes
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OTHERS = {
    1: "Shrink", 6: "Implode", 9: "Deflate64 by Windows", 12: "BZIP2", 14: "LZMA", 93: "Zstandard", 95: "XZ",
    97: "WavPack", 98: "PPMd",
}  # fmt: skip


class TooManyEntriesError(zipfile.BadZipFile):
    """A zip that lists more files than its reader accepts."""


class CompressionError(zipfile.BadZipFile):
    """A file in a zip that is compressed in a way that is not read here, with what to do about it."""

    def __init__(self, method: int) -> None:
        super().__init__(f"compressed with {_OTHERS.get(method, f'method {method}')}")
        self.remedy = "make the zip again with Deflate, the usual method"
        if method == 9:  # which Windows takes for files and zips of 2 GB and more
            self.remedy = "make several smaller zips, or the zip again with another program"


def open_zip(file: io.BufferedReader, most: int = MOST_ENTRIES) -> zipfile.ZipFile:
    """Open a zip of at most `most` entries for reading.

    Raises zipfile.BadZipFile where it is none or its list of files is too long, before that is parsed.
    """
    return zipfile.ZipFile(_Guarded(file, most))


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> zipfile.ZipExtFile:
    """Open one file of a zip; read it in parts, because the size that it states need not be true.

    Raises CompressionError for other compressions than zips usually have: zipfile inflates those, such as bzip2,
    without a bound: four kilobytes become gigabytes at once.
    """
    if member.compress_type not in _METHODS:
        raise CompressionError(member.compress_type)
    opened = archive.open(member)
    assert isinstance(opened, zipfile.ZipExtFile)
    return opened


class _Guarded:
    """A zip's file; reading the list of its entries is refused where it is too long."""

    def __init__(self, file: io.BufferedReader, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read as usual; `zipfile` reads the whole list at once."""
        if size > _MOST_BYTES:
            raise TooManyEntriesError("its list of files is too long")
        data = self._file.read(size)
        if data.startswith(_ENTRY):
            _check_entries(data, self._most)
        return data


def _check_entries(listing: bytes, most: int) -> None:
    place = count = 0
    while listing.startswith(_ENTRY, place) and len(listing) >= place + _HEADER:
        lengths = struct.unpack_from("<HHH", listing, place + _LENGTHS)
        if max(lengths) > _LONGEST:
            raise zipfile.BadZipFile(f"a name or another field in its list of files has more than {_LONGEST:,} bytes")
        place += _HEADER + sum(lengths)
        count += 1
        if count > most:
            raise TooManyEntriesError(f"it lists more than {most:,} files")
