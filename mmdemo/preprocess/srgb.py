"""Bring the colours of an image to sRGB by the ICC profile in its file."""

import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageCms

from mmdemo.preprocess import colour_profile
from mmdemo.preprocess.limits import MAX_PROFILE
from mmdemo.preprocess.stored import Rows

CONVERTED = "Its colours, "
"""With which the note begins that says that an image's colours were converted."""

UNUSABLE = "Its colour profile cannot be used, so its colours are shown as they are stored."
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_STRIP = 1_000_000  # pixels
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


@dataclass(frozen=True)
class ToSRGB:
    """What happens to the colours of one image: nothing, where its file has no profile or that of sRGB.

    profile: an ICC profile, b"" if there is none. inks: whether the image is stored in CMYK.

    >>> ToSRGB(b"", inks=False).note, ToSRGB(b"nonsense", inks=False).note == UNUSABLE
    ('', True)
    """

    profile: bytes
    inks: bool

    @property
    def note(self) -> str:
        """A sentence for a person, "" where nothing is done."""
        if not self.profile or colour_profile.is_srgb(self.profile):
            return ""
        if self._transform is None:
            return UNUSABLE
        name = colour_profile.name(self.profile)
        return f"{CONVERTED}{f'“{name}”' if name else 'of another kind'}, are converted to sRGB."

    def of_rows(self, rows: Rows) -> Rows:
        """Return the rows of an image in sRGB if it is stored in inks; else the same: their pixels come later."""
        transform = self._transform
        if not self.inks or transform is None:
            return rows
        return Rows(rows.size, lambda top, bottom: _applied(rows.of(top, bottom), transform))

    def of_pixels(self, pixels: np.ndarray) -> np.ndarray:
        """Return pixels, uint8 (h, w, 3), in sRGB, unless they came from inks."""
        transform = self._transform
        if self.inks or transform is None:
            return pixels
        whole = Image.fromarray(pixels if transform.input_mode == "RGB" else np.ascontiguousarray(pixels[..., 0]))
        return np.asarray(_applied(whole, transform))

    @cached_property
    def _transform(self) -> ImageCms.ImageCmsTransform | None:
        """Return what converts to sRGB; None where nothing does or has to."""
        mode = _MODES.get(colour_profile.space(self.profile))
        if mode is None or (mode == "CMYK") != self.inks or len(self.profile) > MAX_PROFILE:
            return None
        if colour_profile.is_srgb(self.profile):
            return None
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(self.profile))
            return ImageCms.buildTransform(own, srgb, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, _FLAGS)
        except (OSError, TypeError, ValueError, ImageCms.PyCMSError):
            return None


def _applied(image: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    done = ImageCms.applyTransform(image, transform)
    assert done is not None  # it is only where it changes the image itself
    return done
