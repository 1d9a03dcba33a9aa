"""The image modality: its nouns and its encoders."""

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.modalities.copies import shared
from mmdemo.modalities.modality import Modality
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.look_alikes import look_alikes
from mmdemo.preprocess.source import image_digest

IMAGE = Modality(
    name="image",
    title="Image",
    wanted="an image",
    encoder_title="Image encoder",
    question="What looks at the image",
    settings=ImageSettings,
    missing=lambda value, settings: value is None,
    encoders={
        "efficientnet": EfficientNetEncoder,
        "trained_cnn": TrainedCNNEncoder,
        "article_cnn": ArticleCNNEncoder,
    },
    default="efficientnet",
    digest=image_digest,
    ties=lambda images, report: shared(look_alikes(images, report)),
    most_tied=0.2,
    repeats=look_alikes,
)
