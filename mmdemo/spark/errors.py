"""What Spark, Java and the workers raise, as one sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from mmdemo.errors import ConfigError, MMDemoError

_RAISED = re.compile(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception)): (.+)", re.MULTILINE)
_LACKING = re.compile(r"^ModuleNotFoundError: No module named '(\w+)", re.MULTILINE)
_IDLE = re.compile(r"at |An error occurred while calling ")
_WRAPPING = re.compile(r"^(.* most recent failure: .*?\): |\[[A-Z0-9_.]+\] |([\w.$]+(Exception|Error): )+)+")
_ENDING = re.compile(r"( SQLSTATE: \w+|; For more details see: .*)$")
_LONGEST = 500


@contextmanager
def explained() -> Iterator[None]:
    """Raise a ConfigError that says in one sentence why Spark has given up; errors of ours go through."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except MMDemoError:
        raise
    except (Py4JError, PySparkException) as error:
        raise ConfigError(f"Spark gave up: {reason(error)}") from error


def reason(error: BaseException) -> str:
    r"""Return what an error of Spark says, without classes and stacks; of an error in a worker, what was raised there.

    >>> reason(ValueError("An exception was thrown from the Python worker:\nTraceback …\nKeyError: 'cat'\n"))
    "KeyError: 'cat'."
    >>> reason(ValueError("Traceback …\nModuleNotFoundError: No module named 'mmdemo.spark'"))
    'The Python of a worker lacks mmdemo; what is installed here has to be installed on every worker.'
    >>> reason(ValueError("An error occurred while calling o5.\n: java.io.IOException: [NO_FOOTER] Cut off.\n\tat A"))
    'Cut off.'
    >>> reason(ValueError("[PATH_NOT_FOUND] Path does not exist: file:/pairs. SQLSTATE: 42K03"))
    'Path does not exist: file:/pairs.'
    """
    said = str(error)
    if lacking := _LACKING.search(said):
        return f"The Python of a worker lacks {lacking[1]}; what is installed here has to be installed on every worker."
    raised = _RAISED.findall(said)
    if "Traceback" in said and raised:
        kind, message = raised[-1]
        return _sentence(f"{kind}: {message}")
    lines = [line.strip().removeprefix(":").lstrip() for line in said.splitlines()]
    telling = [line for line in lines if line and not _IDLE.match(line)] or ["nothing was said"]
    return _sentence(_WRAPPING.sub("", telling[0]))


def _sentence(said: str) -> str:
    return _ENDING.sub("", said)[:_LONGEST].rstrip(".; ") + "."
