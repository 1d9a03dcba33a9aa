"""Decode an image file in a worker: the task that `foreign` calls."""

from typing import Any

from mmdemo.preprocess.opened_image import opened


def decoded(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return an image file's pixels and what was met in it; raises an ImageError as `decode` does.

    header: `name`, the file's name in messages; `long_side`, px that are kept of the longer side; `megabytes` of memory
    that there are for the file and its pixels. Raises a MemoryError, before it decodes, where these do not suffice.
    """
    found = opened(payload, str(header["name"]))
    if found.stored.megabytes > header["megabytes"] - len(payload) / 1e6:
        raise MemoryError
    image = found.decode(header["long_side"])
    height, width, _ = image.pixels.shape
    answer = {"shape": [height, width], "format": image.format, "size": image.size, "notes": image.notes}
    return answer, image.pixels.tobytes()
