"""The networks that a picture can be walked through: the model's own, and two to compare with."""

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.image_encoder import ImageEncoder
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.model.model import Model

_TITLES = {
    EfficientNetEncoder: "EfficientNet-Lite0",
    TrainedCNNEncoder: "Trained on this data",
    ArticleCNNEncoder: "The article's layer",
}


def networks(model: Model) -> dict[str, ImageEncoder]:
    """Return title → encoder: the model's own first, then EfficientNet and the article's layer at 224 px."""
    own = model.encoders.get("image")
    known: dict[str, ImageEncoder] = {_title(own): own} if own is not None else {}
    for other in (EfficientNetEncoder(), ArticleCNNEncoder(size=224)):
        known.setdefault(_title(other), other)
    return known


def _title(encoder: ImageEncoder) -> str:
    return f"{_TITLES.get(type(encoder), type(encoder).__name__)}, {encoder.size} px"
