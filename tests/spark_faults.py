"""What goes wrong in a training on Spark, on purpose, in a module that its Python workers can import."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from PIL import Image

from mmdemo.spark.encode import Batches, Encoding
from tests.hostile_images import webp_chunks
from tests.picture_files import encoded, png_header

STALLED, FAILING = 0, 1
"""The partitions whose task waits to be killed, and whose task fails twice."""
FAILURES = 2


@dataclass(frozen=True)
class Disturbed(Encoding):
    """Encodes as usual, but for two partitions, each after its first batch; the folder says what has happened."""

    folder: str = ""

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the encoded rows of each batch, if nothing happens before."""
        from pyspark import TaskContext

        task: Any = TaskContext.get()
        place, attempt = task.partitionId(), task.attemptNumber()
        for number, batch in enumerate(super().__call__(batches)):
            yield batch
            (Path(self.folder) / f"{place}-{attempt}-{os.getpid()}").touch()
            if number == 0 and place == STALLED and attempt == 0:
                time.sleep(600)
            if number == 0 and place == FAILING and attempt < FAILURES:
                raise RuntimeError("This was to be expected.")


def broken_images(whole: bytes) -> dict[str, bytes]:
    """Return what is wrong with it → an image that cannot be used; whole: a PNG."""
    jpeg = encoded(Image.effect_noise((64, 64), 90), "JPEG")
    return {
        "cut PNG": whole[: len(whole) // 2],
        "cut JPEG": jpeg[: len(jpeg) // 2],
        "text": b"This is not an image, but a sentence.\n" * 9,
        "zeros": bytes(400),
        "HTML": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "PNG that ends after its header": whole[:40],
        "too many pixels": png_header(30_000, 30_000),
        "too many chunks": webp_chunks(100_001),
    }
