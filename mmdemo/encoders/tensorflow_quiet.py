"""TensorFlow without its chatter, and on one thread."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from mmdemo.errors import MissingExtraError


def import_tensorflow() -> Any:
    """Return the `tensorflow` module, limited to one thread unless it has computed already.

    One thread spends fewer CPU seconds than two, gives the same numbers every time, and leaves the other
    processors to the server. Only a training process calls this: it costs 5 s and 600 MB.
    Raises MissingExtraError where TensorFlow is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet():
        try:
            import tensorflow
        except ModuleNotFoundError as error:
            raise MissingExtraError("Training a network", "train") from error

        with suppress(RuntimeError):  # it has computed already and keeps its threads
            tensorflow.config.threading.set_intra_op_parallelism_threads(1)
            tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    return tensorflow


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what native code writes to the standard error stream; show it after all if something is raised."""
    try:
        kept = os.dup(2)
    except OSError:  # this process has no stderr
        yield
        return
    sys.stderr.flush()
    with tempfile.TemporaryFile() as chatter:
        os.dup2(chatter.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            chatter.seek(0)
            os.write(2, chatter.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
