"""What every encoder class must have, and what it says of itself."""

from typing import Any

import pytest

from mmdemo.bundles.heads_of_schema_3 import trusted_types
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence, ImageEvidence, TextEvidence
from mmdemo.encoders.facts import Option
from mmdemo.encoders.image_encoder import ImageEncoder
from mmdemo.encoders.text_encoder import TextEncoder
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
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
        assert found.additive == encoder.additive


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
