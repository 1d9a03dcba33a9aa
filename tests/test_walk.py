"""One pair on its way through a model: shapes, maps, and numbers that a second calculation confirms."""

import math
import re

import numpy as np
import pytest

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.datasets.examples import example_pairs
from mmdemo.encoders.article_cnn import ArticleCNNEncoder, article_filters
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.litert import Layer
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import WordVectorEncoder
from mmdemo.preprocess.text import TextSettings
from mmdemo.ui.state import model_folder
from mmdemo.walkthrough import formulas
from mmdemo.walkthrough.blocks import columns_of
from mmdemo.walkthrough.caption import alike, tfidf_of, walk_meaning, walk_tfidf
from mmdemo.walkthrough.channel_maps import TILE, map_grid, strongest
from mmdemo.walkthrough.fused import FusedWalk, walk_fused
from mmdemo.walkthrough.image import ImageWalk, framed, walk_image
from mmdemo.walkthrough.networks import networks
from mmdemo.walkthrough.sentence import sentence_of, walk_sentence
from tests.new_encoders import ColourHistogramEncoder

PAIR = example_pairs()[0]
CAPTIONS = ["a red car", "a blue car", "the red bus stops, the red bus goes", "two blue birds"]
ENCODERS = {"efficientnet": EfficientNetEncoder(), "article_cnn": ArticleCNNEncoder(size=224)}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load(model_folder("everyday"))


@pytest.fixture(scope="module", params=ENCODERS)
def walked(request) -> tuple[str, ImageWalk]:
    return request.param, walk_image(ENCODERS[request.param], PAIR.image)


def fused_walk(bundle: Bundle, image: object = PAIR.image, text: str = PAIR.caption) -> FusedWalk:
    evidence = bundle.model.examine({"image": image, "text": text})
    return walk_fused(bundle.model, evidence, bundle.model.answer(evidence), bundle.train_features)


def last_number(latex: str) -> float:
    return float(re.findall(r"-?\d+(?:\.\d+)?", latex)[-1])


def test_the_articles_network_has_the_articles_shapes():
    walk = walk_image(ENCODERS["article_cnn"], PAIR.image)
    assert [stage.shape for stage in walk.stages] == [(224, 224, 3), (222, 222, 32), (111, 111, 32), (394_272,)]
    assert [stage.parameters for stage in walk.stages] == [0, 896, 0, 0]  # 32 filters of 3 × 3 × 3, and 32 biases
    assert walk.convolution.filter_shape == (3, 3, 3, 32)


def test_the_articles_layers_are_the_encoders_features():
    encoder = ENCODERS["article_cnn"]
    square = encoder.square(PAIR.image).pixels
    layers = {layer.name: layer.array for layer in encoder.layers(square)}
    pooled = layers["convolution"].reshape(111, 2, 111, 2, 32).max(axis=(1, 3))
    np.testing.assert_allclose(pooled, layers["pooling"], atol=1e-5)
    np.testing.assert_array_equal(layers["flatten"], encoder.transform([PAIR.image])[0])
    window = square[10:13, 20:23] / 255
    expected = np.maximum(np.einsum("yxc,yxcn->n", window, article_filters()), 0)
    np.testing.assert_allclose(layers["convolution"][10, 20], expected, atol=1e-5)


def test_efficientnet_is_walked_stage_by_stage():
    walk = walk_image(ENCODERS["efficientnet"], PAIR.image)
    assert [stage.title for stage in walk.stages][2:8] == [
        "Block 1", "Blocks 2–3", "Blocks 4–5", "Blocks 6–8", "Blocks 9–11", "Blocks 12–15",
    ]  # fmt: skip
    assert walk.stages[1].shape == (112, 112, 32)
    assert walk.stages[-2].shape == (7, 7, 1280)
    assert walk.stages[-1].shape == (1280,)
    assert walk.layers == sum(len(stage.layers) for stage in walk.stages) == 60  # 59, and the average
    # The published network learnt 4,652,008: 1,281,000 are its classifier's, and the converter multiplies the 21,008
    # scales of the batch normalisation into the convolutions' weights.
    assert walk.parameters == sum(stage.parameters for stage in walk.stages) == 3_350_000


def test_maps_are_shown_strongest_first(walked):
    name, walk = walked
    assert all(stage.maps is not None for stage in walk.stages if len(stage.shape) == 3 and stage.shape[2] > 3)
    layer = ENCODERS[name].layers(walk.pixels)[1].array
    channels = strongest(layer, 16)
    spread = layer.std(axis=(0, 1))[channels]
    assert len(channels) == 16 and (np.diff(spread) <= 0).all() and spread[0] == layer.std(axis=(0, 1)).max()
    np.testing.assert_array_equal(walk.stages[1].maps, map_grid(layer, channels))


def test_a_map_runs_from_violet_to_yellow():
    maps = np.stack([np.arange(4.0).reshape(2, 2), np.zeros((2, 2))], axis=2)
    grid = map_grid(maps, [0, 1])
    dark, bright = grid[0, 0], grid[TILE - 1, TILE - 1]
    assert tuple(dark) == (68, 1, 84, 255) and tuple(bright) == (253, 231, 37, 255)  # viridis' ends
    assert grid[0, TILE, 3] == 0  # transparent between the maps


def test_one_number_is_worked_out(walked):
    name, walk = walked
    neuron, encoder = walk.convolution.neuron, ENCODERS[name]
    x, y, side, _ = neuron.box
    stride = 2 if name == "efficientnet" else 1
    answers = encoder.layers(walk.pixels)[1].array[y // stride, x // stride]
    assert neuron.value == pytest.approx(answers[neuron.channel], abs=1e-4)
    assert neuron.value == pytest.approx(min(max(0.0, neuron.before), encoder.ceiling))
    assert neuron.value < encoder.ceiling
    assert neuron.patch.shape == neuron.weights.shape == (side, side, 3)
    assert last_number(formulas.convolution(neuron)) == pytest.approx(neuron.value, abs=6e-4)


@pytest.mark.parametrize("ngrams", [1, 2])
def test_tfidf_is_counted_out(ngrams):
    encoder = TfidfEncoder(TextSettings(ngrams=ngrams)).fit(CAPTIONS)
    caption = "Red, red wine on a red bus!"
    walk = walk_tfidf(encoder, caption, len(CAPTIONS))
    weights = dict(zip(encoder.get_feature_names_out(), encoder.transform([caption]).toarray()[0], strict=True))
    assert {term.name: term.weight for term in walk.terms} == pytest.approx({k: w for k, w in weights.items() if w})
    red = next(term for term in walk.terms if term.name == "red")
    assert (red.count, red.captions, walk.captions) == (3, 2, 4)
    assert red.raw == pytest.approx((1 + math.log(3)) * (1 + math.log(5 / 3)), abs=1e-5)
    assert red.weight == pytest.approx(red.raw / walk.length, abs=1e-6)
    assert "wine" in walk.unknown
    assert last_number(formulas.tfidf(walk)) == pytest.approx(walk.terms[0].weight, abs=6e-4)


def test_the_vocabularys_sparsity_is_that_of_the_table():
    encoder = TfidfEncoder().fit(CAPTIONS)
    walk = walk_tfidf(encoder, CAPTIONS[0], len(CAPTIONS))
    table = encoder.transform(CAPTIONS)
    assert walk.vocabulary == table.shape[1]
    assert walk.filled == pytest.approx(table.nnz / np.prod(table.shape), abs=1e-6)


def test_a_caption_without_known_words_has_no_terms():
    walk = walk_tfidf(TfidfEncoder().fit(CAPTIONS), "Zebra!", len(CAPTIONS))
    assert (walk.terms, walk.unknown) == ((), ("zebra",))


def test_tfidf_of_an_encoder_without_it_is_fitted():
    assert tfidf_of(WordVectorEncoder(), CAPTIONS).vocabulary_.keys() == TfidfEncoder().fit(CAPTIONS).vocabulary_.keys()


@pytest.mark.parametrize("caption", ["A chicken with red feathers", "自行车", "one"])
def test_word_vectors_are_the_mean_of_the_pieces(caption):
    walk = walk_meaning(TextSettings(), caption)
    np.testing.assert_allclose(walk.features, WordVectorEncoder().transform([caption])[0])
    np.testing.assert_allclose(walk.mean / np.linalg.norm(walk.mean), walk.features, atol=1e-6)
    assert len(walk.tokens) == len(walk.numbers(0)) == len(walk.lengths)
    strongest_number = walk.features[np.abs(walk.features).argmax()]
    assert last_number(formulas.word_vector(walk)) == pytest.approx(strongest_number, abs=6e-4)


def test_the_longest_words_come_first():
    assert walk_meaning(TextSettings(), "a chicken").words == ("chicken", "a")


def test_alike_words_are_others():
    encoder = TfidfEncoder().fit(["a dog", "a puppy", "a bus", "a car"])
    found = alike("dog", encoder, 2)
    assert found[0][0] == "puppy" and len(found) == 2
    assert "dog" not in dict(alike("dog", encoder))


def test_blocks_add_up_to_the_logits(bundle):
    walk = fused_walk(bundle)
    total = walk.intercept + sum(block.parts for block in walk.blocks)
    np.testing.assert_allclose(total, walk.logits, atol=1e-6)
    assert [len(block.values) for block in walk.blocks] == [
        1280,
        len(bundle.model.encoders["text"].parts[0].idf_),
        256,
        384,
    ]
    assert walk.classes[walk.top(1)[0]] == bundle.model.classify({"image": PAIR.image, "text": PAIR.caption}).label
    assert last_number(formulas.regression(walk)) == pytest.approx(walk.probabilities.max(), abs=6e-4)


def test_shares_of_variance_sum_to_one(bundle):
    walk = fused_walk(bundle)
    assert sum(block.before for block in walk.blocks) == pytest.approx(1)
    assert sum(block.after for block in walk.blocks) == pytest.approx(1)
    image, *text = walk.blocks
    assert image.after == pytest.approx(sum(block.after for block in text), abs=1e-3)  # both modalities: the same say
    columns = bundle.train_features["image"].astype(np.float32)
    words = bundle.train_features["text"].toarray()
    expected = columns.var(axis=0).sum() / (columns.var(axis=0).sum() + words.var(axis=0).sum())
    assert image.before == pytest.approx(expected, rel=1e-4)


def test_a_missing_caption_leaves_the_picture_alone(bundle):
    walk = fused_walk(bundle, text="")
    (block,) = walk.blocks
    assert (block.before, block.after) == (1, 1)
    np.testing.assert_allclose(walk.intercept + block.parts, walk.logits, atol=1e-6)


def test_columns_follow_the_encoders(bundle):
    columns = columns_of(bundle.model.encoders)
    assert [part.modality for part in columns] == ["image", "text", "text", "text"]
    assert columns[1].stop == columns[2].start and columns[0].start == columns[1].start == 0


def test_training_features_are_read_back(bundle):
    features = bundle.train_features
    assert features["image"].shape == (len(bundle.train_ids), 1280)
    assert features["text"].shape[0] == len(bundle.train_ids)


@pytest.mark.thorough
@pytest.mark.slow
def test_networks_to_compare_with_are_offered(models):
    own = networks(models.of_pair("trained_cnn", "none"))
    assert list(own) == ["CNN trained here, 32 px", "EfficientNet-Lite0, 224 px", "The article's CNN, 224 px"]
    assert list(networks(models.of_pair("none", "tfidf"))) == list(own)[1:]
    assert len(networks(models.of_pair("efficientnet", "none"))) == 2


@pytest.mark.slow
def test_a_trained_network_is_walked(models):
    encoder = models.of_pair("trained_cnn", "none").encoders["image"]
    walk = walk_image(encoder, models.pictures[0])
    assert walk.stages[0].shape == (32, 32, 3) and len(walk.stages[-1].shape) == 1
    neuron = walk.convolution.neuron
    np.testing.assert_array_equal(neuron.weights, encoder.filters_[..., neuron.channel])
    stem = next(layer for layer in encoder.layers(walk.pixels) if layer.filters is not None)
    assert np.abs(stem.array[..., neuron.channel] - neuron.value).min() < 1e-4


class ColourLayers(ColourHistogramEncoder):
    """Layers, but no convolution among them."""

    def layers(self, pixels: np.ndarray) -> list[Layer]:
        return [Layer("normalise", pixels / np.float32(255)), Layer("colours", self.map_batch(pixels[np.newaxis])[0])]


def test_layers_without_a_convolution_are_walked_all_the_same():
    walk = walk_image(ColourLayers(), PAIR.image)
    assert [(stage.title, stage.shape) for stage in walk.stages] == [
        ("Pixels as numbers", (32, 32, 3)),
        ("colours", (4, 4, 8)),
        ("Average", (8,)),
    ]
    assert walk.convolution is None
    np.testing.assert_array_equal(framed(walk), walk.pixels)


def test_an_encoder_without_layers_has_no_stages():
    walk = walk_image(ColourHistogramEncoder(), PAIR.image)
    assert (walk.stages, walk.layers, walk.convolution) == ((), 0, None)


def test_the_captions_most_alike_are_those_of_the_greatest_cosine(bundle):
    encoder = sentence_of(bundle.model.encoders["text"])
    others = ["A red bus.", "a bowl of soup", "the car is red", "a RED car!", "a bowl of soup", "!!!"]
    walk = walk_sentence(encoder, "a red car", others, count=2)
    assert (walk.pieces, walk.compared) == (("a", "red", "car"), 3)  # neither itself, nor twice, nor nothing
    rows = encoder.transform(["a red car", "the car is red", "A red bus."]).astype(np.float64)
    cosines = [float(rows[0] @ row / np.linalg.norm(rows[0]) / np.linalg.norm(row)) for row in rows[1:]]
    assert [caption for caption, _ in walk.nearest] == ["the car is red", "A red bus."]
    assert [cosine for _, cosine in walk.nearest] == pytest.approx(cosines, abs=1e-5)


def test_what_the_network_knows_nothing_of_is_like_nothing(bundle):
    walk = walk_sentence(sentence_of(bundle.model.encoders["text"]), "猫狗", ["a red car", "红红"])
    assert [cosine for _, cosine in walk.nearest] == [0, 0]
    assert walk_sentence(sentence_of(bundle.model.encoders["text"]), "a red car", []).nearest == ()
    assert sentence_of(None) is None and sentence_of(bundle.model.encoders["image"]) is None
