import inspect
import re
from importlib import import_module

import pytest

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.errors import ConfigError, DatasetError


@pytest.mark.parametrize("name", ["cats", "no/such/folder", "data.zip", ""])
def test_an_unknown_name_is_an_error_that_lists_the_known_ones(name):
    with pytest.raises(DatasetError) as caught:
        load(name)
    assert repr(name) in str(caught.value)
    assert all(known in str(caught.value) for known in SOURCES)
    assert "a folder, zip or table" in str(caught.value)


@pytest.mark.parametrize("name", [*SOURCES, "."])
def test_an_option_that_a_source_does_not_take_is_an_error(name):
    expected = f"The dataset {name} does not take the option 'colour'"
    with pytest.raises(ConfigError, match=re.escape(expected)):
        load(name, colour="red")


def test_captions_are_an_option_of_the_stamps_only():
    with pytest.raises(ConfigError, match="homonyms does not take the option 'captions'; it takes n, "):
        load("homonyms", captions="de")


def test_options_reach_the_source(tmp_path):
    data = load("homonyms", n=40, seed=3, directory=tmp_path)
    assert isinstance(data, Dataset)
    assert len(data.frame) == 40
    assert data.name == "homonyms"


def test_a_path_is_ones_own_data(tmp_path):
    with pytest.raises(DatasetError, match="holds neither a table nor images; it is empty"):
        load(str(tmp_path))


@pytest.mark.parametrize("spec", SOURCES.values())
def test_every_source_makes_a_dataset_without_being_told_anything(spec):
    module, function = spec.split(":")
    signature = inspect.signature(getattr(import_module(module), function))
    assert not signature.bind().arguments
    assert signature.return_annotation is Dataset
