"""One file of a foreign zip: its name, however that is stored, and why it is not unpacked."""

import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

from mmdemo.datasets.files.cell_path import parts
from mmdemo.datasets.files.tree import DEEPEST
from mmdemo.datasets.wording import shown

ENCRYPTED = 0x1  # bits of a member's flags
_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field: version, CRC-32 of the name as stored, name in UTF-8
_OUTSIDE = re.compile(r"/|[A-Za-z]:")


@dataclass(frozen=True)
class Member:
    """A file of a zip.

    name: its path as far as a flag or field says in which encoding it is, else None. stored: the bytes of its name.
    """

    info: zipfile.ZipInfo
    name: str | None
    stored: bytes

    @classmethod
    def of(cls, info: zipfile.ZipInfo) -> "Member":
        """Return the member of an entry in the zip's list."""
        if info.flag_bits & _UTF8:
            return cls(info, tidied(info.orig_filename), b"")
        stored = info.orig_filename.encode("cp437")  # as zipfile reads it, which loses nothing
        name = info.orig_filename if stored.isascii() else _unicode_path(info.extra, stored)
        return cls(info, None if name is None else tidied(name), stored)

    @property
    def encrypted(self) -> bool:
        """Whether a password protects it."""
        return bool(self.info.flag_bits & ENCRYPTED)

    def refusal(self, name: str) -> str:
        """Return why a member of this name is not unpacked, worded to follow its name; "" if it can be."""
        if leads_out(name):
            return "is outside it"
        if name.count("/") > DEEPEST:
            return f"lies in more than {DEEPEST} folders"
        if stat.S_ISLNK(self.info.external_attr >> 16):
            return "is a link; put the file itself there"
        return "is protected by a password; make one without" if self.encrypted else ""


def tidied(name: str) -> str:
    r"""Return a member's path with `/`, whichever system made the zip; it may lead out of it.

    >>> tidied(r".\pets\a.png"), tidied("pets//a.png\0b"), tidied("../a.png"), tidied("pets/")
    ('pets/a.png', 'pets/a.png', '../a.png', 'pets/')
    """
    name = name.partition("\0")[0].replace("\\", "/")
    if not name or leads_out(name):
        return name
    return "/".join(parts(name)) + ("/" if name.endswith("/") else "")


def leads_out(name: str) -> bool:
    """Return whether a path is absolute or goes up, as no zip of a folder has it.

    >>> leads_out("a/../b.png"), leads_out("C:/a.png"), leads_out("a/12:30.png")
    (True, True, False)
    """
    return _OUTSIDE.match(name) is not None or ".." in name.split("/")


def entry(name: str, zip_name: str) -> str:
    """Return how messages name a member."""
    return f"The entry {shown(name)} of the zip {zip_name!r}"


def _unicode_path(extra: bytes, stored: bytes) -> str | None:
    """Return the name that Info-ZIP's field holds, if it belongs to the name as stored."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and field[:5] == struct.pack("<BI", 1, zlib.crc32(stored)):
            try:
                return field[5:].decode() or None
            except UnicodeDecodeError:
                return None
    return None
