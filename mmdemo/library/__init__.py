"""The public face: load data, train a classifier, let it answer and explain itself, save and load it."""

from mmdemo.datasets.base import Dataset
from mmdemo.errors import MMDemoError
from mmdemo.library.classifier import PairClassifier
from mmdemo.library.loading import load_dataset, load_model
from mmdemo.library.training import train

__all__ = ["Dataset", "MMDemoError", "PairClassifier", "load_dataset", "load_model", "train"]
