"""Pairs as tables of Parquet for the tests of Spark, laid out as Hugging Face does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.groups import repeated
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.folds import NEVER
from mmdemo.training.split import prepare
from mmdemo.training.train import TrainedModel, train

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def write_table(rows: Sequence[Mapping[str, Any]], classes: Sequence[str], folder: Path, parts: int = 3) -> Path:
    """Write rows `image` (bytes or None), `text`, `label` (a class or None) in several files; return the folder."""
    about = {"info": {"features": {"label": {"names": list(classes), "_type": "ClassLabel"}}}}
    fields = [("image", IMAGE), ("text", pa.string()), ("label", pa.int64())]
    schema = pa.schema(fields, metadata={"huggingface": json.dumps(about)})
    written = [
        {
            "image": None if row["image"] is None else {"bytes": row["image"], "path": None},
            "text": row["text"],
            "label": None if row["label"] is None else list(classes).index(row["label"]),
        }
        for row in rows
    ]
    folder.mkdir(parents=True)
    size = -(-len(rows) // parts)
    for part in range(parts):
        table = pa.Table.from_pylist(written[part * size : (part + 1) * size], schema)
        pq.write_table(table, folder / f"train-{part:05d}-of-{parts:05d}.parquet", row_group_size=50)
    return folder


def rows_of(dataset: Dataset) -> list[dict[str, Any]]:
    """Return a dataset's pairs, images as bytes."""
    images, texts = (values_of(dataset.frame, name) for name in ("image", "text"))
    labels = dataset.frame[LABEL].tolist()
    return [
        {"image": Path(image).read_bytes() if image else None, "text": text, "label": label}
        for image, text, label in zip(images, texts, labels, strict=True)
    ]


def trained_here(dataset: Dataset, config: ModelConfig) -> TrainedModel:
    """Train in this process, with fold 0 of five held out: what one split means on Spark."""
    whole = prepare(dataset, replace(config, folds=5))
    fold = np.where(whole.fold == 0, 0, NEVER)
    codes = {name: MODALITIES[name].likeness.repeats(values_of(whole.frame, name)) for name in config.encoders}
    prepared = replace(whole, fold=fold, repeated=repeated(codes, fold))
    return train(dataset, config, cache=FeatureCache(cache_dir() / "features"), prepared=prepared)
