"""What Spark, Java and the workers raise, as one sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from mmdemo.errors import ConfigError, MMDemoError

_RAISED = re.compile(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception)): (.+)", re.MULTILINE)
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
    """
    said = str(error)
    raised = _RAISED.findall(said)
    if "Traceback" in said and raised:
        kind, message = raised[-1]
        return _sentence(f"{kind}: {message}")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("at ", ":", "An error occurred"))] or lines or ["nothing"]
    return _sentence(re.sub(r"^(\[[A-Z0-9_.]+\] |[\w.$]+(Exception|Error): )+", "", telling[0]))


def _sentence(said: str) -> str:
    return said[:_LONGEST].rstrip(". ") + "."
