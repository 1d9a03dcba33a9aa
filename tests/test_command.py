"""The command that a run is spelt as means that very run."""

import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.commands.options import data_options, read_config, read_data_options, read_settings
from mmdemo.commands.train import command
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ALLOWED_FOLDS, ModelConfig
from mmdemo.training.command_line import shell_command, train_arguments

folds = st.sampled_from([None, *ALLOWED_FOLDS])
image_options = st.fixed_dictionaries(
    {},
    optional={
        "resize": st.sampled_from(["letterbox", "crop", "stretch"]),
        "flip": st.sampled_from(["none", "horizontal", "vertical"]),
        "rotate": st.floats(-180, 180) | st.integers(-180, 180),
        "grey": st.booleans(),
        "brightness": st.floats(-1, 1),
        "contrast": st.floats(0, 3),
    },
)
text_options = st.fixed_dictionaries(
    {},
    optional={
        "lowercase": st.booleans(),
        "accents": st.booleans(),
        "stop_words": st.sampled_from(["none", "english"]),
        "ngrams": st.integers(1, 3),
    },
)
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
data_settings = st.dictionaries(
    st.from_regex(r"[a-z_]{1,8}", fullmatch=True).filter(lambda name: name != "captions"),
    words | st.integers() | st.floats(allow_nan=False) | st.booleans(),
    max_size=3,
)


@st.composite
def configs(draw: st.DrawFn) -> ModelConfig:
    """Draw any configuration that the command line can have."""
    encoders = {name: draw(st.sampled_from([*modality.encoders, None])) for name, modality in MODALITIES.items()}
    chosen = {name: encoder for name, encoder in encoders.items() if encoder}
    if not chosen:
        chosen = {"text": "tfidf"}
    own = {"article_cnn": {"size": st.integers(8, 512)}, "trained_cnn": {"epochs": st.integers(1, 200)}}
    options: dict[str, dict[str, Any]] = {}
    for name, encoder in chosen.items():
        values = draw(image_options if name == "image" else text_options)
        values |= draw(st.fixed_dictionaries({}, optional=own.get(encoder, {})))
        if values:
            options[name] = values
    C = draw(st.none() | st.floats(1e-6, 1e6))
    return ModelConfig(chosen, options, C, draw(st.integers(0, 2**32 - 1)), draw(folds))


def read_back(arguments: list[str]) -> tuple[str, dict[str, Any], ModelConfig]:
    """Return what click and the train command make of arguments: data, its options, configuration."""
    given = command.make_context("train", arguments[1:]).params
    parts = read_settings(given["settings"])
    encoders = {name: given[f"{name}_encoder"] for name in MODALITIES}
    config = read_config(encoders, parts, given["C"], given["seed"], given["folds"])
    return given["data"], data_options(given["captions"], parts), config


@settings(max_examples=200, deadline=None)
@given(configs(), words, data_settings, st.none() | st.sampled_from(["de", "zh_CN"]))
def test_arguments_are_read_back_as_they_were(
    config: ModelConfig, data: str, options: dict[str, Any], captions: str | None
) -> None:
    options = {**options, **({"captions": captions} if captions else {})}
    arguments = train_arguments(data, options, config)
    assert read_back(arguments) == (data, options, config)
    assert shlex.split(shell_command(arguments)) == ["python", "-m", "mmdemo", *arguments]


def test_a_command_reads_well() -> None:
    config = ModelConfig({"text": "tfidf"}, {"text": {"ngrams": 2}}, C=100.0, seed=7)
    assert shell_command(train_arguments("my pets.zip", {}, config)) == (
        "python -m mmdemo train --data 'my pets.zip' --image-encoder none --text-encoder tfidf --set text.ngrams=2 "
        "--seed 7 --folds 5 --C 100"
    )
    odd = train_arguments("homonyms", {"q_text": 0.25, "captions": "de"}, replace(config, C=1 / 3, options={}))
    assert odd[1:7] == ["--data", "homonyms", "--captions", "de", "--set", "data.q_text=0.25"]
    assert odd[-1] == "0.3333333333333333"


@pytest.mark.parametrize(
    "word", ["", "=", "x", "image", "image.size", "image=3", "image.=3", ".size=3", "sound.size=3", "Image.size=3"]
)
def test_settings_of_another_form_are_refused(word: str) -> None:
    with pytest.raises(ConfigError, match=r"expected PART\.NAME=VALUE, with a PART of data, image, text\."):
        read_settings([word])


def test_values_are_read_as_json_or_as_they_stand() -> None:
    given = ["image.a=1", "image.b=1.5", "image.c=true", "image.d=crop", "image.e=", "image.f=a=b", 'image.g="2"']
    expected = {"a": 1, "b": 1.5, "c": True, "d": "crop", "e": "", "f": "a=b", "g": "2", "h": "[" * 100_000}
    assert read_settings([*given, f"image.h={'[' * 100_000}"])["image"] == expected
    assert read_settings(["image.a=1", "image.a=2"])["image"] == {"a": 2}


def test_a_trained_model_takes_options_of_the_data_only() -> None:
    assert read_data_options("de", ["data.n=80"]) == {"n": 80, "captions": "de"}
    with pytest.raises(ConfigError, match=r"Got --set text\.… but a trained model keeps its settings"):
        read_data_options(None, ["data.n=80", "text.ngrams=2"])
