"""The article's model as the article trains it, in a process of its own: `python -m benchmarks.article_literal`.

Keras computes every activation of its network; they are joined with the TF-IDF weights in one float64 matrix, and given
to scikit-learn. The mistakes that keep it from running are mended: each image is encoded once, TF-IDF is
fitted once, on the training captions, and the pairs held out are used. It needs about 8 GB.
"""

import json

import click
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from mmdemo.datasets.stamps import stamps
from mmdemo.evaluation.intervals import mean_interval
from mmdemo.preprocess.image import ImageSettings, decode, prepare

SIZE = 224
SETTINGS = ImageSettings(resize="stretch")
MAX_ITER = 1000
TEST_SIZE = 0.2


@click.command()
@click.option("--rows", type=int, help="Pairs to use, taken evenly [default: all].")
def command(rows: int | None) -> None:
    """Train on the stamps; print the accuracy on the pairs held out and its 95 % interval, as JSON."""
    frame = stamps().frame
    frame = frame.iloc[:: max(1, len(frame) // (rows or len(frame)))]
    labels, captions = frame["label"].to_numpy(str), frame["text"].to_numpy(str)
    train, test = split(len(frame), seed=42)
    image_features = _encode(frame["image"].tolist())
    vectorizer = TfidfVectorizer().fit(captions[train])
    features = np.hstack([image_features, vectorizer.transform(captions).toarray()])
    X_train, X_test = features[train], features[test]
    model = LogisticRegression(max_iter=MAX_ITER).fit(X_train, labels[train])
    right = model.predict(X_test) == labels[test]
    click.echo(json.dumps({"accuracy": float(right.mean()), "ci95": mean_interval(right), "n": len(test)}))


def split(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the training and the held-out pairs, by the article's line of code."""
    rows, held_out = train_test_split(np.arange(count), test_size=TEST_SIZE, random_state=seed)
    return rows, held_out


def _encode(images: list[str]) -> np.ndarray:
    """Return the network's activations, float32 (n, 394272)."""
    import keras

    pixels = np.array([prepare(decode(path).pixels, SETTINGS, SIZE).pixels for path in images], np.float32) / 255
    keras.utils.set_random_seed(42)
    network = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Conv2D(32, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
        ]
    )
    return network.predict(pixels, verbose=0)


if __name__ == "__main__":
    command()
