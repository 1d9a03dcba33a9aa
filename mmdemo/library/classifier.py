"""A trained classifier for data scientists: a thin face over model, evaluation, explanation and bundle."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.seen import trained_on
from mmdemo.bundles.writing import copy, save
from mmdemo.datasets.base import Dataset, check_labels
from mmdemo.datasets.groups import groups
from mmdemo.errors import ConfigError
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.frame import check_value, frame_probabilities
from mmdemo.model.model import Model
from mmdemo.training.command_line import command_of
from mmdemo.training.split import columns_of
from mmdemo.training.train import TrainedModel


@dataclass(frozen=True, eq=False, repr=False)
class PairClassifier:
    """A trained classifier of pairs, such as images with captions; `train` and `load_model` return it.

    Parameters
    ----------
    source : TrainedModel or Bundle
        The result of training, or a model read from disk.

    Examples
    --------
    >>> from mmdemo import load_model
    >>> load_model()
    <PairClassifier of 10 classes, image: efficientnet, text: tfidf+word_vectors+sentence>
    """

    source: TrainedModel | Bundle

    def __repr__(self) -> str:
        used = ", ".join(f"{name}: {encoder}" for name, encoder in self.model.config.encoders.items())
        return f"<PairClassifier of {len(self.model.classes)} classes, {used}>"

    @property
    def model(self) -> Model:
        """The encoders, and the models for each modality and for all together."""
        return self.source.model

    @property
    def evaluation(self) -> Evaluation:
        """How it did on its held-out pairs; `evaluation.verdict()` sums it up in one sentence."""
        return self.source.evaluation

    @property
    def classes_(self) -> np.ndarray:
        """The classes, (k,) of str, sorted: the order of the columns of `predict_proba`."""
        return np.array(self.model.classes)

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the likeliest class of each pair; raises as `predict_proba` does.

        Parameters
        ----------
        frame : pandas.DataFrame
            n rows, as in `predict_proba`.

        Returns
        -------
        numpy.ndarray
            (n,) of str.

        Examples
        --------
        >>> import pandas as pd
        >>> from mmdemo import load_model
        >>> load_model().predict(pd.DataFrame({"text": ["a red car", "a bunch of grapes"]})).tolist()
        ['vehicles', 'food']
        """
        return self.classes_[self.predict_proba(frame).argmax(axis=1)]

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the probabilities of the classes for each pair.

        Parameters
        ----------
        frame : pandas.DataFrame
            n rows; a column for each modality or for some: `image` (path, bytes of a file, or uint8 (h, w, 3) RGB) and
            `text` (str). Where a value is missing, the model for what is there answers.

        Returns
        -------
        numpy.ndarray
            float64 (n, k), 0–1, in the order of `classes_`; each row sums to 1.

        Raises
        ------
        MMDemoError
            Where the frame has no such column; or for the first row that cannot be answered, which it names.

        Examples
        --------
        >>> import pandas as pd
        >>> from mmdemo import load_model
        >>> load_model().predict_proba(pd.DataFrame({"text": ["a red car"]})).shape
        (1, 10)
        """
        return frame_probabilities(self.model, frame)

    def explain(self, **pair: Any) -> Explanation:
        """Explain the answer to one pair exactly.

        Parameters
        ----------
        **pair : any
            Values by modality: `image`, a path, a file's bytes or uint8 (h, w, 3) RGB, and `text`, a str; or one of
            them.

        Returns
        -------
        Explanation
            For every class, logit = intercept + cells of the image + caption; `heat_map()` paints the cells, and
            `units("text", label)` says what the class's lead over its runner-up loses without each word.

        Raises
        ------
        MMDemoError
            Where nothing is given, there is no such modality, or a value cannot be read.

        Examples
        --------
        >>> from mmdemo import load_model
        >>> explanation = load_model().explain(text="a red car")
        >>> explanation.units("text", "vehicles")[0]
        ('a', 'red', 'car')
        """
        if unknown := [name for name in pair if name not in MODALITIES]:
            raise ConfigError(f"There is no modality named {unknown[0]!r}; known: {', '.join(MODALITIES)}.")
        evidence = self.model.examine({name: check_value(name, value) for name, value in pair.items()})
        return explain(self.model, evidence, self.model.answer(evidence))

    def evaluate(self, dataset: Dataset) -> Evaluation:
        """Evaluate it on other data, without the pairs that it was trained on.

        A model that was trained on very many pairs names only some of them, so others may be taken for new ones.

        Parameters
        ----------
        dataset : Dataset
            Pairs with labels; those of which the label is not in `classes_`, whatever its case, are not counted.

        Returns
        -------
        Evaluation
            Of all models on the same pairs.

        Raises
        ------
        DatasetError
            Where no label is in `classes_`, or no pair is left.

        Examples
        --------
        >>> from mmdemo import load_dataset, train
        >>> model = train(load_dataset("homonyms", n=80), image_encoder=None, text_encoder="tfidf", C=10)
        >>> model.evaluate(load_dataset("homonyms", n=80, seed=1)).n
        80
        """
        check_labels(dataset, self.model.classes)
        known = self.source.trained_on() if isinstance(self.source, Bundle) else trained_on(self.source)
        frame = known.others(dataset, self.model.classes)
        if known.is_of(dataset):  # what is left are the pairs that were held out
            return self.source.evaluation
        group = pd.Series(groups(dataset).keys, index=dataset.frame.index)[frame.index].to_numpy(str)
        probabilities = self.model.probabilities(columns_of(frame, self.model.encoders))
        ids, labels = frame.index.to_numpy(str), frame["label"].to_numpy(str)
        return evaluate(HeldOut(ids, labels, self.model.classes, probabilities, group=group))

    def save(self, folder: str | Path) -> None:
        """Write it to a folder: no pickle, no image, no caption; `load_model` and `mmdemo classify` read it.

        Parameters
        ----------
        folder : path
            A new or empty folder, or one that holds a model, which is replaced.

        Raises
        ------
        BundleError
            Where the folder holds something else, or cannot be written to.

        Examples
        --------
        >>> import tempfile
        >>> from mmdemo import load_model
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     load_model().save(folder)
        ...     len(load_model(folder).classes_)
        10
        """
        if isinstance(self.source, Bundle):
            copy(self.source, Path(folder))
            return
        seconds = {**self.source.seconds, "total": sum(self.source.seconds.values())}
        save(self.source, Path(folder), command_of(self.source.dataset, self.model.config), {"seconds": seconds})
