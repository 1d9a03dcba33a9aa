"""The registry of modalities."""

from mmdemo.modalities.image import IMAGE
from mmdemo.modalities.modality import Modality
from mmdemo.modalities.text import TEXT

MODALITIES: dict[str, Modality] = {modality.name: modality for modality in (IMAGE, TEXT)}
