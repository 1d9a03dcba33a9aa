"""Studies: what the command leaves is what the page reads, kept by model and not trusted blindly."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from mmdemo.__main__ import main
from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.origin import origin
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.studies import study as studies
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Curve, Robustness
from mmdemo.studies.study import KINDS, keep, kept_study, place_of, read_study, study
from tests.homonyms_model import bundle, trained


@pytest.fixture
def own() -> Iterator[Bundle]:
    """A model without studies; those made of it are gone afterwards."""
    yield bundle()
    for kind in KINDS:
        place_of(bundle(), kind).unlink(missing_ok=True)


def test_the_command_leaves_what_the_page_reads(
    own: Bundle, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert kept_study(own, "learning") is None
    assert main(["study", "--model", str(own.path), "--kind", "learning", "--progress", "json", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all("event" in line for line in lines[:-1]) and "event" not in lines[-1]
    done = [line["done"] for line in lines[:-1] if line["stage"] == "learning"]
    assert done == sorted(done) and done[-1] == 1
    found = kept_study(own, "learning")
    assert isinstance(found, LearningCurve) and found == read_study(lines[-1])
    held_out = trained().held_out
    tried = held_out.fold < found.draws  # a fold for each order
    assert found.accuracy["fused"][-1] == pytest.approx(held_out.right("fused")[tried].mean())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["learning", pytest.param("robustness", marks=pytest.mark.thorough)])
def test_a_study_survives_json(own: Bundle, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[float] = []
    content = study(own, kind, trained().dataset, told.append)
    keep(content, place_of(own, kind))
    assert kept_study(own, kind) == read_study(content) == read_study(json.loads(json.dumps(content)))
    assert told == sorted(told) and told[-1] == pytest.approx(1)
    assert set(content["seconds"]) == {kind}


@pytest.mark.slow
def test_the_command_prints_tables_for_a_person(
    own: Bundle, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curve = Curve("Typing errors", "Words with a typing error (%)", "text", (0, 50), {"fused": (0.9, 0.8)})
    robust = {"schema": 2, "kind": "robustness", "result": asdict(Robustness(48, 48, (curve,))), "seconds": {}}
    made = {"learning": study(own, "learning", trained().dataset, lambda done: None), "robustness": robust}
    monkeypatch.setattr("mmdemo.commands.study.study", lambda bundle, kind, dataset, report: made[kind])
    for kind, words in (("learning", "training pairs"), ("robustness", "Words with a typing error (%)")):
        file = tmp_path / f"{kind}.json"
        assert main(["study", "--model", str(own.path), "--kind", kind, "--output", str(file)]) == 0
        printed = capsys.readouterr().out
        assert words in printed and "fused" in printed and f"Kept in {file}." in printed
        assert read_study(json.loads(file.read_text("utf-8"))) == read_study(made[kind])


def test_a_study_belongs_to_one_very_model(own: Bundle) -> None:
    other = SimpleNamespace(manifest={**own.manifest, "sha256": "0" * 64}, path=own.path)
    assert place_of(own, "learning") != place_of(other, "learning")  # type: ignore[arg-type]


OLD = '{"schema": 1, "kind": "learning", "result": {}}'


@pytest.mark.parametrize("written", ["", "{", "null", "[]", "[" * 5_000, "{}", OLD, '{"schema": 99}'])
def test_what_is_no_study_is_made_again(own: Bundle, written: str) -> None:
    file = place_of(own, "learning")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written)
    assert kept_study(own, "learning") is None


def test_only_so_many_models_keep_their_studies(own: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MOST_STUDIED_MODELS", 2)
    monkeypatch.setattr(studies, "cache_dir", lambda: tmp_path)
    for number in range(4):
        keep({"number": number}, tmp_path / "studies" / str(number) / "learning.json")
    assert len(list((tmp_path / "studies").iterdir())) == 2
    assert (tmp_path / "studies" / "3").is_dir()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        keep({}, tmp_path / "file" / "learning.json")


def test_the_data_of_a_model_is_found_again(own: Bundle) -> None:
    found = origin(own)
    assert found.exact and found.require_exact().frame.equals(trained().dataset.frame)


def test_other_data_of_the_same_name_is_not_taken_for_it(own: Bundle) -> None:
    saved = {**own.manifest["dataset"], "options": {**own.manifest["dataset"]["options"], "seed": 7}}
    other = Bundle(own.path, own.model, {**own.manifest, "dataset": saved})
    found = origin(other)
    assert not found.exact
    with pytest.raises(DatasetError, match="differs from what this model was trained on"):
        found.require_exact()


def test_a_made_up_manifest_does_not_choose_a_folder(own: Bundle, tmp_path: Path) -> None:
    saved = {**own.manifest["dataset"]}
    saved["options"] = {**saved["options"], "directory": str(tmp_path / "elsewhere")}
    assert origin(Bundle(own.path, own.model, {**own.manifest, "dataset": saved})).exact
    assert not (tmp_path / "elsewhere").exists()


def test_data_of_ones_own_is_asked_for(own: Bundle, tmp_path: Path) -> None:
    saved = {**own.manifest["dataset"], "name": str(tmp_path), "options": {}}
    other = Bundle(own.path, own.model, {**own.manifest, "dataset": saved})
    with pytest.raises(DatasetError, match="not kept with it"):
        origin(other)


def test_estimates_grow_with_the_work(own: Bundle) -> None:
    larger = Bundle(own.path, own.model, {**own.manifest, "n_train": 2000, "n_test": 300})
    for kind in KINDS.values():
        assert 0 < kind.seconds(own) < kind.seconds(larger) < 600
