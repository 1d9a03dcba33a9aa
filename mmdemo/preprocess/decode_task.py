"""Decode an image file in a worker: the task that `foreign` calls."""

from typing import Any

from mmdemo.preprocess.decode import decode


def decoded(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what `decode` makes of a file's bytes; raises an ImageError as it does.

    header: `name`, the file's name in messages; `megabytes` of memory that there are for the file and its pixels.
    Raises a MemoryError where these do not suffice.
    """
    image = decode(payload, str(header["name"]), megabytes=header["megabytes"] - len(payload) / 1e6)
    height, width, _ = image.pixels.shape
    answer = {"shape": [height, width], "format": image.format, "size": image.size, "notes": image.notes}
    return answer, image.pixels.tobytes()
