"""A peer: the two-branch network that a tutorial would train, with what makes it fair on few pairs.

Augmented convolutions read the image, an embedding that is learnt reads the caption, and dense layers read both. The
learning rate and the number of epochs are those with the lowest loss on a part of the training pairs.
"""

import os
import re
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from sklearn.model_selection import train_test_split

from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.image import ImageSettings, prepare

_SIZE, _WIDTHS = 64, (48, 96, 192)
_WORDS, _EMBEDDING = 24, 64  # words of a caption that are read; numbers for each
_RATES = (1e-2, 3e-3, 1e-3)
_STEPS, _PATIENCE, _BATCH = 960, 160, 32  # batches at most; batches without progress; pairs of a batch
_VALIDATION = 0.15


class KerasPeer:
    """Everything that is known of the pairs before a fold is chosen: pixels uint8 (n, 64, 64, 3), captions, labels."""

    def __init__(self, images: Sequence[str], captions: Sequence[str], labels: np.ndarray) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        self._pixels = np.stack([prepare(decode(image).pixels, ImageSettings(), _SIZE).pixels for image in images])
        self._captions = [re.findall(r"\w+", caption.lower()) for caption in captions]
        self._classes, self._codes = np.unique(labels, return_inverse=True)

    def answers(self, rows: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        """Return the probabilities (m, k) of the pairs held out, by the best of the networks trained on the rows."""
        fit, judge = train_test_split(rows, test_size=_VALIDATION, random_state=42, stratify=self._codes[rows])
        words = sorted({word for row in fit for word in self._captions[row]})
        place = {word: i + 2 for i, word in enumerate(words)}  # 0 pads, 1 stands for all unknown words
        networks = [self._trained(rate, place, fit, judge) for rate in _RATES]
        best = min(networks, key=lambda one: float(one.evaluate(*self._given(judge, place), verbose=0)[0]))
        return np.asarray(best.predict(self._given(held_out, place)[0], verbose=0))

    def _trained(self, rate: float, place: dict[str, int], fit: np.ndarray, judge: np.ndarray) -> Any:
        import keras

        keras.utils.set_random_seed(42)
        network = _network(len(place) + 2, len(self._classes))
        network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        batches, judged = self._batches(fit, place), self._given(judge, place)
        patience, epochs = (-(-steps // len(batches)) for steps in (_PATIENCE, _STEPS))
        stop = keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
        network.fit(batches, epochs=epochs, validation_data=judged, callbacks=[stop], verbose=0)
        return network

    def _batches(self, rows: np.ndarray, place: dict[str, int]) -> Any:
        """Return the batches of every epoch, in a new order and with images changed anew."""
        import keras

        (pixels, words), codes = self._given(rows, place)
        random = np.random.default_rng(42)

        class Batches(keras.utils.PyDataset):
            order = random.permutation(len(rows))

            def __len__(self) -> int:
                return -(-len(rows) // _BATCH)

            def __getitem__(self, number: int) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
                chosen = self.order[number * _BATCH : (number + 1) * _BATCH]
                changed = np.stack([_changed(one, random) for one in pixels[chosen]])
                return (changed, words[chosen]), codes[chosen]

            def on_epoch_end(self) -> None:
                self.order = random.permutation(len(rows))

        return Batches()

    def _given(self, rows: np.ndarray, place: dict[str, int]) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
        words = np.zeros((len(rows), _WORDS), np.int32)
        for i, row in enumerate(rows):
            found = [place.get(word, 1) for word in self._captions[row][:_WORDS]]
            words[i, : len(found)] = found
        return (self._pixels[rows], words), self._codes[rows]


def _changed(pixels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return an image mirrored or not, turned by up to 18°, scaled by up to 15 % and moved by up to a tenth."""
    turn = cv2.getRotationMatrix2D((_SIZE / 2, _SIZE / 2), random.uniform(-18, 18), random.uniform(0.85, 1.15))
    turn[:, 2] += random.uniform(-0.1, 0.1, 2) * _SIZE
    mirrored = pixels[:, ::-1] if random.random() < 0.5 else pixels
    return cv2.warpAffine(np.ascontiguousarray(mirrored), turn, (_SIZE, _SIZE), borderValue=(255, 255, 255))


def _network(words: int, classes: int) -> Any:
    from keras import Input, Model, layers

    pixels, caption = Input((_SIZE, _SIZE, 3)), Input((_WORDS,), dtype="int32")
    image = _convolutions(pixels)
    text = layers.Embedding(words, _EMBEDDING, mask_zero=True)(caption)
    text = layers.Dropout(0.3)(layers.GlobalAveragePooling1D()(text))
    both = layers.Dense(128, activation="relu")(layers.Concatenate()([image, text]))
    return Model([pixels, caption], layers.Dense(classes, activation="softmax")(layers.Dropout(0.5)(both)))


def _convolutions(x: Any) -> Any:
    from keras import layers

    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.ReLU()(layers.Conv2D(24, 5, strides=2, padding="same")(x))
    for width in _WIDTHS:
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.MaxPooling2D()(layers.ReLU()(layers.BatchNormalization()(x)))
    return layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
