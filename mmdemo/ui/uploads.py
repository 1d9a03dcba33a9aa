"""The bounds of uploads and of closed tabs, also where a host starts the pages as plain scripts, without the door."""

from streamlit import runtime

from mmdemo.ui.door import closed_tabs, media_gate
from mmdemo.ui.door.upload_gate import gate_of


def bound() -> None:
    """Put the bounds and the gates there, unless they are, and let go of the uploads of closed tabs."""
    if runtime.exists():
        server = runtime.get_instance()
        closed_tabs.bound(server)
        media_gate.gate_of(server)
        gate = gate_of(server)
        if gate is not None:
            gate.release(server)
