"""Perceptual hashes of images: what an image shows in 51 bytes, and which images show nearly the same."""

from collections.abc import Callable

import cv2
import numpy as np

from mmdemo.preprocess.square import resize
from mmdemo.preprocess.thumbnail import shrunk

WIDTH = 2 * 3 * 8 + 3  # numbers of a hash
SIDE = 256  # px of the long side, more than a hash needs
_BITS = 2  # of 64 that may differ between two nearly equal images; at 4, different drawings are tied
_FEWEST = 16  # decided bits of pHash: with fewer, an image shows too little to be recognised
_NOISE, _CLEAR = 2.0, 10.0  # of 255: what saving a JPEG again may change; what it never makes undecided
_TOLD = 128  # hashes, after which the share done is told
_COLOUR = 8.0  # of 255, by which the mean colours may differ in a channel


def hashed(pixels: np.ndarray) -> np.ndarray:
    """Return the hash of an image, uint8 (h, w, 3), as float32 (51,): bytes of bits, then the mean colour.

    pHash and dHash, 64 bits each. A bit is yes, no, or undecided where the difference that decides it is within the
    noise of a JPEG; without the third, half-size copies of drawings, whose areas are flat, would be recognised in 54 of
    100 cases. So each hash is three masks: yes, no, and clearly one of them. All NaN for an image that shows too
    little, such as one of a single colour.
    Source: Zauner 2010, "Implementation and benchmarking of perceptual image hash functions".

    >>> hashed(np.zeros((40, 40, 3), np.uint8)).shape
    (51,)
    """
    pixels = shrunk(pixels, SIDE / max(pixels.shape[:2]))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    waves = cv2.dct(resize(grey, 32, 32))[:8, :8]
    phash, dhash = waves - np.median(waves), np.diff(resize(grey, 9, 8), axis=1)
    if np.count_nonzero(np.abs(phash) > _NOISE) < _FEWEST:
        return np.full(WIDTH, np.nan, np.float32)
    masks = [mask for bits in (phash, dhash) for mask in (bits > _NOISE, bits < -_NOISE, np.abs(bits) > _CLEAR)]
    return np.concatenate([*map(np.packbits, masks), pixels.mean(axis=(0, 1))]).astype(np.float32)


def leaders(hashes: np.ndarray, report: Callable[[float], None] = lambda share: None) -> np.ndarray:
    """Return for each hash, float32 (n, 51), the position of the first one that it nearly equals, int (n,).

    Each is compared with leaders alone, which nearly equal no earlier leader, so that no chain of small differences
    ties different images. NaN equals nothing. report: called with the share (0–1) done.
    """
    known = np.isfinite(hashes).all(axis=1)
    parts = np.where(known[:, None], hashes, 0)[:, : WIDTH - 3].astype(np.uint8)
    bits, colours = np.ascontiguousarray(parts).view(np.uint64), hashes[:, WIDTH - 3 :]
    found = np.arange(len(hashes))
    free = known.copy()
    for place in np.flatnonzero(known).tolist():
        if free[place]:
            near = np.flatnonzero(free & (np.abs(colours - colours[place]) <= _COLOUR).all(axis=1))
            near = near[_are_near(bits[near], bits[place])]
            found[near], free[near] = place, False
        if (place + 1) % _TOLD == 0:
            report((place + 1) / len(hashes))
    report(1.0)
    return found


def _are_near(bits: np.ndarray, one: np.ndarray) -> np.ndarray:
    """Return bool (n,): whether the masks of both hashes, uint64 (n, 6), nearly equal those of one, uint64 (6,).

    A bit differs where one says yes and the other no, or where one is clear and the other undecided.
    """
    near = np.ones(len(bits), dtype=bool)
    for (yes, no, clear), (yes_, no_, clear_) in ((bits[:, :3].T, one[:3]), (bits[:, 3:].T, one[3:])):
        differ = (yes & no_) | (no & yes_) | (clear & ~(yes_ | no_)) | (clear_ & ~(yes | no))
        near &= np.bitwise_count(differ) <= _BITS
    return near
