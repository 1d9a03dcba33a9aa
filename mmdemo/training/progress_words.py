"""What a run is doing, in words."""

from collections.abc import Mapping
from typing import Any

from mmdemo.training.clock import STAGES


def what_goes_on(stage: str, network: Mapping[str, Any] | None = None) -> str:
    """Return what goes on in a stage; network: the last event of a network that is trained in it, if any.

    stage: "" before the first.

    >>> what_goes_on("")
    'Starting the training process'
    >>> what_goes_on("fit", {"event": "epoch", "network": 2, "networks": 3, "epoch": 37, "epochs": 80})
    'Training network 2 of 3: epoch 37 of 80'
    >>> what_goes_on("fit", {"event": "network", "network": 1, "networks": 1, "doing": "reading the images"})
    'Training the network: reading the images'
    """
    if stage != "fit" or network is None:
        return STAGES.get(stage, "Starting the training process")
    number, of = network.get("network", 1), network.get("networks", 1)
    which = f"network {number} of {of}" if of > 1 else "the network"
    if "epochs" in network:
        return f"Training {which}: epoch {network['epoch']} of {network['epochs']}"
    return f"Training {which}: {network.get('doing', 'starting')}"
