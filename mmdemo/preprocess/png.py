"""Two details of PNG that Pillow leaves to its caller."""

from PIL.PngImagePlugin import PngImageFile

_COMPRESSED_CHUNKS = (b"iCCP", b"zTXt", b"iTXt")
_GREY_STEPS = {"L;2": 85, "L;4": 17}  # what one step of 2-bit and 4-bit grey is in 8 bits


def without_compressed_chunks(data: bytes) -> bytes:
    """Return a PNG file's bytes without compressed text and colour profile, which are not needed here.

    Pillow would inflate every one of them, up to a thousand times its size, before it looks at the image.
    """
    kept, start, position = [], 0, 8
    while position + 8 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] in _COMPRESSED_CHUNKS:
            kept.append(data[start:position])
            start = end
        position = end
    return b"".join([*kept, data[start:]]) if kept else data


def transparent_colour(image: PngImageFile) -> object:
    """Return the `transparency` of an opened, not yet loaded PNG on the scale of the pixels that Pillow will give.

    The file states one transparent colour in its own bits (2, 4 or 16); Pillow compares it with 8-bit pixels.
    A 16-bit colour keeps its upper bytes, as the pixels do, so its nearest neighbours become transparent too.
    """
    stated = image.info.get("transparency")
    raw_mode = image.png.im_rawmode if image.png else ""
    if isinstance(stated, int):
        return stated * _GREY_STEPS.get(raw_mode, 1)
    if isinstance(stated, tuple) and raw_mode == "RGB;16B":
        return tuple(value >> 8 for value in stated)
    return stated
