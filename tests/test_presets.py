"""Presets name encoders that are there, for any modalities, and each differs from the first."""

import pytest

from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.presets import PRESETS, presets_for
from tests.smell import SMELL


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_makes_a_configuration_for_any_data_of_known_modalities(preset) -> None:
    for names in ([*MODALITIES], *([name] for name in MODALITIES)):
        config = preset.config(names)
        assert list(config.encoders) == names
        for name in names:
            config.build_encoder(name).check()
    assert PRESETS[0].config(MODALITIES) == ModelConfig()


def test_only_presets_that_make_a_difference_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODALITIES, SMELL.name, SMELL)
    assert presets_for([SMELL.name]) == PRESETS[:1]  # it has no encoder of its own for the others
    for names in ([*MODALITIES], *([name] for name in MODALITIES)):
        offered = [preset.config(names) for preset in presets_for(names)]
        assert len({tuple(config.encoders.items()) for config in offered}) == len(offered)
    mixed = PRESETS[1].config([*MODALITIES])
    assert mixed.encoders[SMELL.name] == SMELL.default and mixed.trains_network


def test_what_the_presets_of_modalities_are_called_is_known() -> None:
    assert {own for modality in MODALITIES.values() for own in modality.presets} <= {one.name for one in PRESETS}


def test_settings_of_the_preparation_stay_beside_those_of_the_preset() -> None:
    config = PRESETS[2].config(["image"], {"image": {"resize": "crop"}})
    assert dict(config.options["image"]) == {"resize": "crop", "size": 224} and config.n_folds == 1
