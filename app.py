"""Overview: the claim, the proof and one worked example."""

from mmdemo.ui import frame

with frame.page("Overview"):
    # Imported here so that a cold server shows the title before it has loaded the libraries.
    from mmdemo.ui.pages.overview import overview

    overview()
