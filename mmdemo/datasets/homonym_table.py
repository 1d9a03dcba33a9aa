"""The table of the homonyms: each pair's class and caption, and whether it is ambiguous or covered."""

import numpy as np
import pandas as pd

from mmdemo.datasets.homonym_captions import SENSES, clear_caption, open_caption

# Every use of randomness has its own stream, so that a pair's caption and image never depend on another pair.
_TABLE, _CAPTION, _PICTURE = 1, 2, 3


def homonym_table(n: int, q_text: float, q_image: float, seed: int) -> pd.DataFrame:
    """Return `n` rows `text`, `label`, `ambiguous` and `covered`, in random order, with the ids "0001" and so on."""
    rng = np.random.default_rng([seed, _TABLE])
    senses = rng.permutation(np.arange(n) % len(SENSES))
    ambiguous, covered = _deal(n, q_text, q_image, rng)
    captions = [homonym_caption(*row, seed, number) for number, row in enumerate(zip(senses, ambiguous, strict=True))]
    labels = [SENSES[sense].label for sense in senses]
    digits = max(4, len(str(n)))
    return pd.DataFrame(
        {"text": captions, "label": labels, "ambiguous": ambiguous, "covered": covered},
        index=[f"{number:0{digits}d}" for number in range(1, n + 1)],
    )


def homonym_alone(number: int, q_text: float, q_image: float, seed: int) -> tuple[int, bool, bool]:
    """Return the sense (a place in `SENSES`) of row `number`, and whether it is ambiguous and covered.

    Unlike in `homonym_table`, no other row is needed for it: any part of a table of any size can be drawn by itself,
    and the shares hold in expectation.
    """
    rng = np.random.default_rng([seed, _TABLE, number])
    return int(rng.integers(len(SENSES))), bool(rng.random() < q_text), bool(rng.random() < q_image)


def image_stream(seed: int, number: int) -> np.random.Generator:
    """Return the random numbers for the image in row `number`, whatever its class and caption."""
    return np.random.default_rng([seed, _PICTURE, number])


def homonym_caption(sense: int, ambiguous: bool, seed: int, number: int) -> str:
    """Return the caption of row `number`, whatever its image."""
    rng = np.random.default_rng([seed, _CAPTION, number])
    return open_caption(SENSES[sense].word, rng) if ambiguous else clear_caption(SENSES[sense], rng)


def _deal(n: int, q_text: float, q_image: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return which pairs are ambiguous and which are covered, `bool (n,)` each.

    The four combinations have exact shares of the whole, but not of each class. Otherwise the held-out pairs would
    mirror the training pairs (more ambiguous baseball bats here, fewer there), and a model that fits chance
    patterns, as all do, would score below chance on them.
    """
    both, text_only, image_only = q_text * q_image, q_text * (1 - q_image), (1 - q_text) * q_image
    first, second, third = np.rint(n * np.cumsum([both, text_only, image_only])).astype(int)
    place = rng.permutation(n)
    return place < second, (place < first) | ((place >= second) & (place < third))
