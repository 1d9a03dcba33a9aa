"""Golden inputs: a few pairs whose answers a bundle stores, to check that it still gives them."""

from collections.abc import Mapping

import numpy as np

from mmdemo.datasets.examples import example_pairs
from mmdemo.errors import BundleError
from mmdemo.model.model import Model

_TOLERANCE = 1e-3  # one pixel level or another processor's arithmetic changes a probability by less


def golden_of(model: Model) -> dict[str, np.ndarray]:
    """Return the golden inputs and the model's answers: six drawn pairs, an image alone and a caption alone."""
    pairs: list[tuple[np.ndarray | None, str]] = [(pair.image[::2, ::2], pair.caption) for pair in example_pairs()]
    pairs += [(pairs[0][0], ""), (None, pairs[0][1])]
    answerable = [(i, *pair) for i, pair in enumerate(pairs) if not _all_missing(model, *pair)]
    golden = {f"image{i}": image for i, image, _ in answerable if image is not None}
    golden["captions"] = np.array([caption for _, _, caption in answerable])
    golden["inputs"] = np.array([i for i, _, _ in answerable])
    golden["probabilities"] = np.stack(
        [model.classify({"image": image, "text": text}).probabilities for _, image, text in answerable]
    )
    return golden


def check_golden(model: Model, golden: Mapping[str, np.ndarray], where: object) -> None:
    """Raise a BundleError when the model answers differently; where: its folder's name in the message."""
    if not len(golden["inputs"]):
        raise BundleError(f"The model in {where} has no golden inputs. Train it again.")
    for i, caption, expected in zip(golden["inputs"], golden["captions"], golden["probabilities"], strict=True):
        answer = model.classify({"image": golden.get(f"image{i}"), "text": str(caption)})
        difference = float(np.abs(answer.probabilities - expected).max())
        if not difference <= _TOLERANCE:
            raise BundleError(
                f"The model in {where} answers differently from when it was made (by {difference:.2g}, more than "
                f"{_TOLERANCE:g}); its files fit other library versions. Train it again."
            )


def _all_missing(model: Model, image: np.ndarray | None, text: str) -> bool:
    pair = {"image": image, "text": text}
    return all(model.is_missing(name, pair.get(name)) for name in model.encoders)
