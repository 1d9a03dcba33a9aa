"""The networks that the Features page can show: the model's own, and two to compare with."""

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.image_encoder import ImageEncoder
from mmdemo.model.model import Model


def networks(model: Model) -> dict[str, ImageEncoder]:
    """Return title → encoder: the model's own first, then EfficientNet and the article's layer at 224 px."""
    known = {_title(own): own for own in model.encoders.values() if isinstance(own, ImageEncoder)}
    for other in (EfficientNetEncoder(), ArticleCNNEncoder(size=224)):
        known.setdefault(_title(other), other)
    return known


def _title(encoder: ImageEncoder) -> str:
    return f"{encoder.name}, {encoder.size} px"
