"""What every encoder class must have, and what it says of itself."""

import math
from collections.abc import Mapping
from typing import Any

import pytest

from mmdemo.bundles.files import trusted_types
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence, ImageEvidence, TextEvidence
from mmdemo.encoders.facts import Option
from mmdemo.encoders.image_encoder import ImageEncoder
from mmdemo.encoders.text_encoder import TextEncoder
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from tests.picture_files import noise

CLASSES = [encoder for modality in MODALITIES.values() for encoder in modality.encoders.values()]
WANTED = {
    ImageEncoder: {"n_features_out", "map_batch", "pool", "cell_parts", "identity"},
    TextEncoder: {"transform", "pieces", "get_feature_names_out"},
}


@pytest.mark.parametrize(
    ("base", "lacking"), [(base, name) for base, names in WANTED.items() for name in sorted(names)]
)
def test_an_encoder_that_lacks_a_method_cannot_be_made(base: type[Encoder], lacking: str) -> None:
    def method(self: object, *values: object) -> None:
        return None

    whole = {name: property(method) if name == "n_features_out" else method for name in WANTED[base]}
    assert isinstance(type("Whole", (base,), dict(whole))(), base)
    with pytest.raises(TypeError, match=f"abstract method '?{lacking}'?"):
        type("Lacking", (base,), {name: value for name, value in whole.items() if name != lacking})()


@pytest.mark.parametrize("encoder", CLASSES, ids=lambda encoder: encoder.__name__)
def test_an_encoder_says_what_it_is(encoder: type[Encoder]) -> None:
    for text in (encoder.title, encoder.name, encoder.summary):
        assert text and text == text.strip()
    assert encoder.summary.endswith(".") and "\n" not in encoder.summary
    usual = encoder().get_params(deep=False)
    for name, option in encoder.options.items():
        option.check(name, usual[name])
        for offered in option.offered:
            option.check(name, offered)
        assert not option.offered or (usual[name] in option.offered and option.title)


@pytest.mark.parametrize("encoder", CLASSES, ids=lambda encoder: encoder.__name__)
def test_an_option_out_of_its_range_is_refused_before_any_work(encoder: type[Encoder]) -> None:
    for name, option in encoder.options.items():
        for value in (option.least - 1, option.most + 1, True, float(option.least), None):
            with pytest.raises(ConfigError, match=f"Got {name}={value!r} but expected a whole number from"):
                encoder(**{name: value}).check()


def test_an_option_says_its_range() -> None:
    with pytest.raises(ConfigError, match=r"^Got bins=0 but expected a whole number from 1 to 9\.$"):
        Option("Bins", 1, 9).check("bins", 0)


@pytest.mark.parametrize(("modality", "value"), [("image", noise(20, 30)), ("text", "a red car")])
def test_evidence_is_what_the_protocols_say(modality: str, value: Any) -> None:
    for name, encoder in MODALITIES[modality].encoders.items():
        if encoder.trained:
            continue
        found = MODALITIES[modality].build(name, {}).fit([value, value]).examine(value)
        assert isinstance(found, Evidence)
        assert isinstance(found, ImageEvidence) == (modality == "image")
        assert isinstance(found, TextEvidence) == (modality == "text")
        assert found.additive


def former_costs(encoders: Mapping[str, str], options: Mapping[str, Any], pairs: int) -> tuple[float, float]:
    """Seconds and megabytes as they were calculated when one function knew every encoder by name."""
    rows = pairs * 0.8
    seconds, megabytes = 0.0, 0.0
    image = encoders.get("image")
    if image is not None:
        seconds += pairs * {"efficientnet": 0.0075, "article_cnn": 0.004, "trained_cnn": 0.004}[image]
    if image == "article_cnn":
        share = (options.get("size", 64) / 224) ** 2
        seconds += 2e-5 * share * rows**2 + 0.02 * share * rows
        megabytes += share * rows * 0.5 + 150 * share
    if image == "trained_cnn":
        epochs, size = options.get("epochs", 80), options.get("size", 64)
        seconds += 8.0 + 1.8 * rows * epochs * 0.0006 * (size / 64) ** 2
        megabytes += 700.0 + rows * size**2 * 3 * 5 / 1e6
    return seconds, megabytes


@pytest.mark.parametrize("pairs", [10, 719, 5_000])
@pytest.mark.parametrize("text", ["tfidf+word_vectors", "tfidf", "word_vectors", None])
@pytest.mark.parametrize(
    ("image", "options"),
    [
        ("efficientnet", {}),
        ("article_cnn", {}),
        ("article_cnn", {"size": 224}),
        ("trained_cnn", {}),
        ("trained_cnn", {"size": 96, "epochs": 7}),
        (None, {}),
    ],
)
def test_costs_are_what_they_were(image: str | None, options: dict[str, int], text: str | None, pairs: int) -> None:
    encoders = {name: encoder for name, encoder in (("image", image), ("text", text)) if encoder is not None}
    if not encoders:
        return
    config = ModelConfig(encoders, {"image": options} if options else {})
    costs = [config.build_encoder(name).cost for name in encoders]
    seconds, megabytes = former_costs(encoders, options, pairs)
    assert math.isclose(sum(cost.total_seconds(pairs, 0.8 * pairs) for cost in costs), seconds, rel_tol=1e-12)
    assert math.isclose(sum(cost.total_megabytes(0.8 * pairs) for cost in costs), megabytes, rel_tol=1e-12)


def test_a_models_file_may_hold_our_own_classes_and_no_others() -> None:
    names = trusted_types()
    assert all(name.startswith("mmdemo.") for name in names)
    for encoder in CLASSES:
        part_of_another = any(encoder in other.part_types() for other in CLASSES if not other.frozen)
        assert (f"{encoder.__module__}.{encoder.__name__}" in names) == (not encoder.frozen or part_of_another)
    assert "mmdemo.encoders.word_vectors.WordVectorEncoder" in names  # also as a part of another
    assert {name for name in names if ".encoders." not in name} == {
        "mmdemo.preprocess.image.ImageSettings",
        "mmdemo.preprocess.text.TextSettings",
    }
