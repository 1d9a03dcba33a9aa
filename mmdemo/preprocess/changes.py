"""What preparing images and captions changes, and why."""

from dataclasses import fields
from typing import Any

from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.text import TextSettings

WHY = {
    "As written": "The caption as it is in the data.",
    "Same characters for the same letters (NFKC)": "What looks alike, such as “ﬁ” and “fi”, then counts as the same.",
    "Formatting codes removed (HTML)": "They say how a text looks, not what it means.",
    "Web addresses removed": "The same address seldom occurs twice, so a model can learn nothing from it.",
    "Lower case": "“Car” and “car” count as one word.",
    "Accents removed": "“café” and “cafe” count as one word.",
    "Punctuation removed": "Punctuation separates words; it is not a word itself.",
    "Very common words removed (stop words)": "Words as common as “the” or “is” rarely tell one class from another.",
}
"""Step of cleaning a caption → the reason for it."""


def changed(settings: ImageSettings | TextSettings) -> dict[str, Any]:
    """Return name → value of the settings that are not at their default.

    >>> changed(ImageSettings(rotate=90, grey=True))
    {'rotate': 90, 'grey': True}
    """
    return {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if getattr(settings, field.name) != field.default
    }


def in_words(image: ImageSettings, text: TextSettings) -> list[str]:
    """Return phrases for the settings that are not at their default, such as "turning …", "leaving out …".

    >>> in_words(ImageSettings(rotate=-90), TextSettings(stop_words="english"))
    ['turning the image by 90° clockwise', 'leaving out very common words']
    """
    return [*image_in_words(image), *caption_in_words(text)]


def image_in_words(settings: ImageSettings) -> list[str]:
    """Return phrases for the settings of an image that are not at their default."""
    way = "anticlockwise" if settings.rotate > 0 else "clockwise"
    sides = "left and right" if settings.flip == "horizontal" else "top and bottom"
    tone = "brighter" if settings.brightness > 0 else "darker"
    contrast = "raising" if settings.contrast > 1 else "lowering"
    said = {
        "rotate": f"turning the image by {abs(settings.rotate):g}° {way}",
        "flip": f"exchanging its {sides}",
        "grey": "taking its colours away",
        "brightness": f"making it {abs(settings.brightness):.0%} {tone}",
        "contrast": f"{contrast} its contrast to {settings.contrast:.0%}",
        "resize": "cutting it to its central square" if settings.resize == "crop" else "stretching it to a square",
    }
    phrases = [said[name] for name in said if name in changed(settings)]
    # The first phrase names the image; the others refer to it.
    first = [phrase.replace(" its ", " the image’s ").replace(" it ", " the image ") for phrase in phrases[:1]]
    return first + phrases[1:]


def caption_in_words(settings: TextSettings) -> list[str]:
    """Return phrases for the settings of a caption that are not at their default."""
    said = {
        "lowercase": "keeping capitals",
        "accents": "taking accents off",
        "stop_words": "leaving out very common words",
        "ngrams": f"counting runs of up to {settings.ngrams} words",
    }
    return [said[name] for name in said if name in changed(settings)]
