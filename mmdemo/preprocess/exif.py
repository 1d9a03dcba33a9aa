"""Read the orientation in which a camera was held."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, from an image's EXIF block; 1 (upright) where it is absent or damaged.

    This does not use Pillow, which rejects the image if the block is damaged.

    Source: Exif 2.32, §4.6.4; TIFF 6.0, §2.

    >>> orientation(b"")
    1
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        return _first_directory(tiff, order)
    except struct.error:
        return 1


def _first_directory(tiff: bytes, order: str) -> int:
    (start,) = struct.unpack_from(f"{order}L", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for entry in range(count):
        tag, kind, _, value = struct.unpack_from(f"{order}HHLH", tiff, start + 2 + 12 * entry)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and 1 <= value <= 8 else 1
    return 1
