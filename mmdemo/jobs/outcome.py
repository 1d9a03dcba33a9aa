"""How a run ended, and the message for the person who waits for it."""

import signal
from collections.abc import Iterable

from mmdemo.jobs.process import Ending
from mmdemo.jobs.snapshot import State
from mmdemo.storage.full import DISK, SERVER

_BAD_INPUT, _ASKED_TO_END, _KILLED = 2, 130, -9
_CRASHED = 0x80000000  # from here on, Windows' codes of exceptions
OURS = "The run failed because of a fault in Fusion Lab, not in your data. Its last lines say more."
_REASONS = {
    "late": "it took too long; try fewer pairs or a quicker way of reading them",
    "crowded": "others are waiting, and it has taken long; try again later, with fewer pairs or a quicker way of "
    "reading them",
    "mute": "it stopped answering",
}


def judge(ending: Ending, complete: bool, log: Iterable[str]) -> tuple[State, str]:
    """Return the state of a run that has ended, and one sentence where it went wrong, else "".

    complete: whether its result and its files are there. log: its last lines on stderr.
    """
    if ending.reason == "cancelled":
        return State.CANCELLED, ""
    if complete and (ending.code == 0 or ending.reason == "mute"):  # everything is there; it merely failed to exit
        return State.DONE, ""
    if ending.reason:
        return State.STOPPED, f"The run was ended: {_REASONS[ending.reason]}."
    if ending.code == _BAD_INPUT:
        errors = [line.removeprefix("Error: ") for line in log if line.startswith("Error: ")]
        said = errors[-1] if errors else OURS
        return State.FAILED, SERVER if said == DISK else said
    if ending.code < 0 or ending.code >= _CRASHED or ending.code == _ASKED_TO_END:
        return State.STOPPED, f"The run stopped unexpectedly{_cause(ending.code)}."
    return State.FAILED, OURS


def _cause(code: int) -> str:
    if code == _KILLED:
        return ": its process was killed, most often because memory ran out"
    if code == _ASKED_TO_END or code == -signal.SIGTERM:
        return ": something told its process to end"
    return f": its process crashed ({_name(code)})"


def _name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"{code:#x}" if code > 0 else f"signal {-code}"
