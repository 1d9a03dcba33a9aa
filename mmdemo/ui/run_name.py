"""What a run is called: by its data, and by how that is read."""

from collections.abc import Mapping
from itertools import pairwise

from mmdemo.errors import ConfigError
from mmdemo.jobs.snapshot import Snapshot
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import own_origin

_KINDS = {"train": "run", "study": "closer look", "report": "report", "open": "model from elsewhere",
          "data": "data, which is being read", "classify": "table of pairs"}  # fmt: skip


def data_of(now: Snapshot) -> str:
    """Return what a person calls the data of a run, "" where it is not known."""
    return own_origin.data_name(now.arguments)


def readers_of(now: Snapshot) -> str:
    """Return how the run's data is read, "" where it is not known."""
    words = list(now.arguments)
    said = dict(pairwise(words))
    return readers({name: said.get(f"--{name}-encoder", "none") for name in MODALITIES})


def readers(encoders: Mapping[str, str]) -> str:
    """Return in words how each modality is read; encoders: modality → its encoder's name.

    >>> readers({"text": "tfidf", "image": "none"})
    'Captions: words, counted'
    """
    chosen = {name: encoder for name, encoder in encoders.items() if encoder != "none"}
    said = "; ".join(f"{MODALITIES[name].nouns}: {_title(name, encoder)}" for name, encoder in chosen.items())
    return said[:1].upper() + said[1:]


def kind_of(now: Snapshot) -> str:
    """Return what sort of work it is, such as "run" or "report"."""
    return _KINDS.get(next(iter(now.arguments), ""), "work")


def owned(now: Snapshot) -> str:
    """Return whose work it is, and what it is called if it is this visitor's own: others' names are their own."""
    if not now.mine:
        return f"another visitor’s {kind_of(now)}" if now.arguments else "another visitor’s run"
    name = data_of(now)
    return f"your {kind_of(now)} on “{name}”" if name else f"your {kind_of(now)}"


def _title(modality: str, encoder: str) -> str:
    try:
        title = MODALITIES[modality].encoder(encoder).title
    except ConfigError:  # of an encoder that is no longer there
        return encoder
    return title[0].lower() + title[1:]
