"""EfficientNet-Lite0, trained on ImageNet, frozen: the default image encoder."""

from functools import lru_cache

import numpy as np

from mmdemo.encoders.image_encoder import GlobalAveragePoolingEncoder
from mmdemo.encoders.litert import Layer, LiteRTModel
from mmdemo.storage.shipped import shipped_models


@lru_cache(maxsize=1)
def _network() -> LiteRTModel:
    return LiteRTModel(shipped_models() / "encoders" / "efficientnet_lite0.tflite")


class EfficientNetEncoder(GlobalAveragePoolingEncoder):
    """The last map of EfficientNet-Lite0 at 224 px (7 × 7 cells), averaged to 1,280 features.

    settings, cache: as in every image encoder.

    Source: Tan and Le (2019), "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"; weights
    under Apache-2.0, see models/README.md.

    >>> EfficientNetEncoder().n_features_out
    1280
    """

    title = "Pretrained network"
    name = "EfficientNet-Lite0"
    summary = "A network trained on a million photographs (EfficientNet-Lite0): fast and accurate."
    size = 224
    ceiling = 6.0

    @property
    def n_features_out(self) -> int:
        """Number of features: channels of the last map."""
        return 1280

    def map_batch(self, batch: np.ndarray) -> np.ndarray:
        """Return the last maps, float32 (n, 7, 7, 1280), of uint8 (n, 224, 224, 3)."""
        return _network().run(batch)

    def rest(self) -> None:
        """Give the interpreter's memory back."""
        _network().rest()

    def layers(self, pixels: np.ndarray) -> list[Layer]:
        """Return the 59 layers of one image, uint8 (224, 224, 3); takes 70 MB while it works."""
        return _network().layers(pixels)

    def identity(self) -> str:
        """Name the network: the SHA-256 of its file."""
        return f"efficientnet {_network().sha256}"
