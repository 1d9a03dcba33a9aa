"""What an ICC profile says of an image's colours, read without a colour library."""

import struct

from mmdemo.preprocess.shortened import shortened

SIMPLE = 65_536  # bytes of a profile of primaries and curves; most have 500 to 3,000
_HEAD, _ENTRY, _MOST_TAGS = 128, 12, 60
_TABLES = (b"A2B", b"B2A", b"D2B", b"B2D", b"gam", b"ncl", b"nam")
_SRGB = (0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141)  # its primaries as X, Y, Z (D50)
_SRGB_HALF, _NEAR = 0.2140, 0.01  # light of half the full value; what no one sees


def space(profile: bytes) -> str:
    """Return the colours that a profile is made for: "RGB", "GRAY", "CMYK", another, or "" if it is no profile.

    >>> space(b"")
    ''
    """
    return profile[16:20].decode("ascii", "replace").strip() if profile[36:40] == b"acsp" else ""


def is_simple(profile: bytes) -> bool:
    """Return whether applying a profile costs next to nothing: it has primaries and curves only, or is no profile."""
    if not space(profile):
        return True
    tags = _tags(profile)
    return (
        len(profile) <= SIMPLE
        and space(profile) in ("RGB", "GRAY")
        and len(tags) <= _MOST_TAGS
        and not any(tag[:3] in _TABLES for tag in tags)
    )


def is_srgb(profile: bytes) -> bool:
    """Return whether the colours of a profile are those of sRGB, as far as an eye can tell.

    Source: ICC.1:2022, §7, §10.6, §10.18, §10.31; sRGB's primaries as in IEC 61966-2-1, adapted to D50.
    """
    if space(profile) != "RGB" or not is_simple(profile):
        return False
    tags = _tags(profile)
    try:
        primaries = [value for tag in (b"rXYZ", b"gXYZ", b"bXYZ") for value in _xyz(tags[tag])]
        halves = [_half(tags[tag]) for tag in (b"rTRC", b"gTRC", b"bTRC")]
    except (KeyError, struct.error, ArithmeticError, TypeError):
        return False
    near = [abs(found - known) for found, known in zip(primaries, _SRGB, strict=True)]
    return max(near) < _NEAR / 3 and all(abs(half - _SRGB_HALF) < _NEAR for half in halves)


def name(profile: bytes) -> str:
    """Return what a profile calls itself, "" where it does not say; printable, at most 40 characters.

    Source: ICC.1:2022, §10.15; ICC.1:2001, §6.5.17.
    """
    tag = _tags(profile).get(b"desc", b"")
    if tag[:4] == b"mluc":
        length, start = struct.unpack_from(">LL", tag.ljust(28, b"\0"), 20)
        said = tag[start : start + length].decode("utf-16-be", "ignore")
    else:
        said = tag[12:].partition(b"\0")[0].decode("latin-1")
    return shortened("".join(letter for letter in said if letter.isprintable()).strip(), 40)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">L", profile.ljust(_HEAD + 4, b"\0"), _HEAD)
    found = {}
    for place in range(min(count, _MOST_TAGS + 1)):
        entry = profile[_HEAD + 4 + place * _ENTRY :][:_ENTRY]
        if len(entry) == _ENTRY:
            tag, start, length = struct.unpack(">4sLL", entry)
            found[tag] = profile[start : start + min(length, SIMPLE)]
    return found


def _xyz(tag: bytes) -> list[float]:
    return [value / 65536 for value in struct.unpack_from(">3l", tag, 8)]


def _half(tag: bytes) -> float:
    """Return the light (0–1) that a curve gives for half the full value."""
    if tag[:4] == b"para":
        (kind,) = struct.unpack_from(">H", tag, 8)
        values = [value / 65536 for value in struct.unpack_from(f">{(1, 3, 4, 5, 7)[min(kind, 4)]}l", tag, 12)]
        gamma, a, b = (*values, 1.0, 0.0)[:3] if kind else (values[0], 1.0, 0.0)
        return float((a * 0.5 + b) ** gamma)
    (count,) = struct.unpack_from(">L", tag, 8)
    if count == 0:
        return 0.5
    (value,) = struct.unpack_from(">H", tag, 12 + 2 * (count // 2 if count > 1 else 0))
    return float(0.5 ** (value / 256) if count == 1 else value / 65535)
