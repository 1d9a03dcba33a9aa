"""A working copy of somebody's data: cleaned, its images small and of our own making, its quality known."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from mmdemo.datasets import copied_rows, own_dataset
from mmdemo.datasets.base import GROUP, LABEL, Dataset
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.edits import read_edits
from mmdemo.datasets.groups import groups
from mmdemo.datasets.image_copies import IMAGES, ImageCopies, copy_images
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.own_data import OwnData
from mmdemo.datasets.quality import examine
from mmdemo.datasets.rare_classes import left_out_of, rare_classes
from mmdemo.datasets.summary import summarise
from mmdemo.errors import DatasetError
from mmdemo.storage.whole import whole_folder
