"""Which image files are equal, or show nearly the same; and which cannot be decoded."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from mmdemo.errors import ImageError
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.image_hash import SIDE, WIDTH, hashed, leaders
from mmdemo.preprocess.source import image_digest
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir

_VERSION = "perceptual hashes 4"  # changes with what they are made of: the decoder, the hash
_TOLD = 128
_HASHED = 0.6  # share of the time that making the hashes takes, of images that are new
_TOO_LITTLE = -1.0  # instead of NaN, which the cache does not keep

File = str | os.PathLike[str]
Image = File | bytes


def look_alikes(images: Sequence[Image | None], report: Callable[[float], None] = lambda share: None) -> np.ndarray:
    """Return a code for each image, int (n,): equal where two are equal to the byte or nearly equal to the eye.

    An image that cannot be decoded, or shows too little, equals only files of the same bytes; None has the code −1.
    Which images are tied does not depend on the order of the rows. Hashes are kept in the feature cache by content.
    report: called with the share (0–1) done.
    """
    keys = [key_of(image) for image in images]
    files = {key: image for key, image in zip(keys, images, strict=True) if key is not None and image is not None}
    order = sorted(files)
    hashes = _hashes([files[key] for key in order], order, lambda share: report(_HASHED * share))
    found = leaders(hashes, lambda share: report(_HASHED + (1 - _HASHED) * share))
    codes = dict(zip(order, found.tolist(), strict=True))
    return np.array([-1 if key is None else codes[key] for key in keys], dtype=np.int64)


def unreadable(images: Sequence[File], report: Callable[[float], None] = lambda share: None) -> dict[str, str]:
    """Return path → why, of the image files that cannot be decoded; each is decoded once, for its hash, too.

    report: called with the share (0–1) done.
    """
    keys = {image: key_of(image) or "" for image in images}
    files = {key: image for image, key in keys.items()}
    found = _hashes(list(files.values()), list(files), report)
    suspect = {key for key, row in zip(files, found, strict=True) if np.isinf(row).any()}
    return {os.fsdecode(image): why for image, key in keys.items() if key in suspect and (why := _failure(image))}


def _failure(image: File) -> str:
    try:
        decode(image, long_side=SIDE)
    except ImageError as error:
        return str(error)
    return ""  # it has been mended, or the computer was busy


def key_of(image: Image | None) -> str | None:
    """Return the SHA-256 (hex) of an image file or its bytes, None for None; an unreadable file equals only itself."""
    if image is None:
        return None
    try:
        return image_digest(image)
    except ImageError:
        return hashlib.sha256(f"unreadable {os.fsdecode(image)}".encode("utf-8", "surrogatepass")).hexdigest()


def look_of(image: Image | None) -> np.ndarray | None:
    """Return the hash of an image, float32 (51,), None where it shows too little or cannot be decoded."""
    row = None if image is None else _hash_of(image)
    return row if row is not None and np.isfinite(row).all() else None


def _hashes(images: Sequence[Image], keys: Sequence[str], report: Callable[[float], None]) -> np.ndarray:
    """Return float32 (n, 51): see `hashed`; all infinite for an image that cannot be decoded."""
    cache = FeatureCache(cache_dir() / "features")
    found = [np.empty((0, WIDTH), np.float32)]
    with ThreadPoolExecutor(2) as readers:
        for start in range(0, len(images), _TOLD):
            some = images[start : start + _TOLD]
            named = [f"{key} {_VERSION}" for key in keys[start : start + _TOLD]]
            found.append(cache.rows(named, WIDTH, partial(_encode, some, readers)))
            report(min(start + _TOLD, len(images)) / len(images))
    rows = np.concatenate(found)
    return np.where(rows == _TOO_LITTLE, np.float32(np.nan), rows)


def _encode(images: Sequence[Image], readers: ThreadPoolExecutor, places: Sequence[int]) -> np.ndarray:
    rows = np.stack(list(readers.map(_hash_of, [images[place] for place in places])))
    return np.where(np.isnan(rows), np.float32(_TOO_LITTLE), rows)


def _hash_of(image: Image) -> np.ndarray:
    try:
        return hashed(decode(image, long_side=SIDE).pixels)
    except ImageError:
        return np.full(WIDTH, np.inf, np.float32)
