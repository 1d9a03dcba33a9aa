"""Have a child process read what only large libraries can, within a budget of memory and time."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.util import find_spec
from typing import Any, Protocol

from mmdemo.errors import DatasetError
from mmdemo.sandbox.budget import Budget, BudgetError
from mmdemo.sandbox.sandbox import Sandbox

BUDGET = Budget(cpu=60, seconds=180, megabytes=400, answer=200_000_000)
_TOO_DEAR = {
    "time": "takes too long to read: divide it, or save it as CSV.",
    "memory": "takes too much memory to read: divide it, or save it as CSV.",
    "fault": "cannot be read, because it is damaged or too large: save it again, or divide it.",
}


class Ask(Protocol):
    """Has the child do its task."""

    def __call__(self, header: Mapping[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Return the task's answer; raise DatasetError, one sentence, where it fails or costs too much."""
        ...


@contextmanager
def child(name: str, task: str, library: str, budget: Budget) -> Iterator[Ask]:
    """Yield what has a child process do a task about a table of this name, `module:function`; it ends with the block.

    library: the module that the task needs; raises DatasetError where it is not installed.
    """
    if find_spec(library) is None:
        package = library.replace("_", "-")
        raise DatasetError(f"{name} needs the package {package}, which is not installed here: pip install {package}, "
                           "or save the table as CSV.")  # fmt: skip
    with closing(Sandbox({"read": task})) as sandbox:

        def ask(header: Mapping[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
            try:
                return sandbox.call("read", {"name": name, **header}, payload, budget)
            except BudgetError as error:
                raise DatasetError(f"{name} {_TOO_DEAR[error.reason]}") from error

        yield ask
