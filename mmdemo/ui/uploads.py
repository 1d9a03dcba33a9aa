"""The bounds of uploads and of closed tabs, also where a host starts the pages as plain scripts, without the door."""

from streamlit import runtime

from mmdemo.ui.door import closed_tabs
from mmdemo.ui.door.upload_gate import gate_of


def bound() -> None:
    """Put the bounds there, unless they are, and let go of the uploads of closed tabs."""
    if runtime.exists():
        server = runtime.get_instance()
        closed_tabs.bound(server)
        gate = gate_of(server)
        if gate is not None:
            gate.release(server)
