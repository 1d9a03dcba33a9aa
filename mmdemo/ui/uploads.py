"""The bound of uploads where a host starts the pages as plain scripts, without the server's door."""

from streamlit import runtime

from mmdemo.ui.door.upload_gate import gate_of


def bound() -> None:
    """Put the gate around the server's uploads, unless the door has, and let go of those of closed tabs."""
    if runtime.exists():
        server = runtime.get_instance()
        gate = gate_of(server)
        if gate is not None:
            gate.release(server)
