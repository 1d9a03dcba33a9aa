"""What the server does with foreign bytes: in a child process, for as long as the visitor's tab is open."""

from collections.abc import Callable

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mmdemo.sandbox.sandbox import Sandbox
from mmdemo.ui import runs
from mmdemo.ui.once import Once


@Once
def sandbox() -> Sandbox:
    """Return the server's only sandbox: one foreign file is read at a time, whoever sent it."""
    return Sandbox(room=runs.queue())


def connected() -> Callable[[], bool]:
    """Return a function that any thread may ask whether the visitor whose page this is still has it open."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():  # the page runs without a server
        return lambda: True
    server, session = runtime.get_instance(), context.session_id
    return lambda: server.is_active_session(session)
