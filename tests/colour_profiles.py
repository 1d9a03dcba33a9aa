"""ICC profiles made by hand, for the tests of colours."""

import struct

import numpy as np

D50 = np.array([0.9642, 1.0, 0.8249])
D65 = np.array([0.95047, 1.0, 1.08883])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_TO_LIGHT = b"para\0\0\0\0\0\3\0\0" + b"".join(
    struct.pack(">l", round(value * 65536)) for value in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
)
"""The curve of sRGB, which Display P3 has, too."""


def to_d50(primaries: tuple) -> np.ndarray:
    """Linear RGB of these primaries (x, y) and white D65 → XYZ under D50, (3, 3). Source: Lindbloom 2017."""
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in primaries]).T
    to_d65 = columns * np.linalg.solve(columns, D65)
    adapted = np.linalg.inv(BRADFORD) @ np.diag((BRADFORD @ D50) / (BRADFORD @ D65)) @ BRADFORD
    return adapted @ to_d65


def rgb_profile(primaries: tuple, name: str = "Display P3", curve: bytes = _TO_LIGHT) -> bytes:
    """A profile of primaries and one curve."""
    columns = {
        tag: b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(value * 65536) for value in column))
        for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), to_d50(primaries).T, strict=True)
    }
    return profile(b"RGB ", {**_common(name), **columns, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def grey_profile(gamma: float, name: str = "Grey gamma") -> bytes:
    """A profile of grey by a power."""
    curve = b"curv\0\0\0\0" + struct.pack(">LH", 1, round(gamma * 256)) + bytes(2)
    return profile(b"GRAY", {**_common(name), b"kTRC": curve})


def ink_profile(labs: np.ndarray, name: str = "Inks") -> bytes:
    """A profile of CMYK by a table of the 16 corners' Lab, uint8 (16, 3), the last ink counting fastest."""
    head = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + struct.pack(">9l", *np.eye(3, dtype=int).ravel() * 65536)
    straight = bytes(range(256))
    table = head + straight * 4 + labs.astype(np.uint8).tobytes() + straight * 3
    return profile(b"CMYK", {**_common(name), b"A2B0": table, b"A2B1": table}, b"prtr", b"Lab ")


def profile(space: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr", connection: bytes = b"XYZ ") -> bytes:
    """An ICC profile of version 4 with these tags. Source: ICC.1:2022, §7."""
    start, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for tag, value in tags.items():
        value += bytes(-len(value) % 4)
        table += struct.pack(">4sLL", tag, start + len(body), len(value))
        body += value
    head = struct.pack(">L4sL4s4s4s", start + len(body), b"none", 0x04200000, kind, space, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3l", *(round(value * 65536) for value in D50))
    return head.ljust(128, b"\0") + struct.pack(">L", len(tags)) + table + body


def _common(name: str) -> dict[bytes, bytes]:
    text = name.encode("utf-16-be")
    said = b"mluc\0\0\0\0" + struct.pack(">LL2s2sLL", 1, 12, b"en", b"US", len(text), 28) + text
    white = b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(value * 65536) for value in D50))
    return {b"desc": said, b"cprt": said, b"wtpt": white}
