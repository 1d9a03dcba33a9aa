"""What is reported of a model: its summary, card, zip and comparison with another, each number where it belongs."""

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.comparison import Comparison, compare
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.summary import summarise
from mmdemo.bundles.writing import save
from mmdemo.datasets.registry import load as load_data
from mmdemo.errors import BundleError
from mmdemo.evaluation.difference import Difference, difference
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence
from mmdemo.evaluation.sentences import points
from mmdemo.evaluation.statistics import measured
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.model.certainty import SURE
from mmdemo.report.card import model_card
from mmdemo.report.markdown import plain
from mmdemo.report.model_zip import file_name, model_zip
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.command_line import public_command
from mmdemo.training.train import train
from tests.hostile import LABELS, hostile_folder
from tests.models import ROOT, config

EVERYDAY = ROOT / "models" / "everyday"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A model of hostile data, whose command holds paths of this machine."""
    parent = tmp_path_factory.mktemp("hostile")
    data = hostile_folder(parent)
    trained = train(load_data(str(data)), config("efficientnet", "tfidf"), cache=FeatureCache(cache_dir() / "features"))
    save(trained, parent / "model", f"python -m mmdemo train --data '{data}' --seed 42 --out /srv/secret/run", {})
    return parent / "model"


def homonyms(folder: Path, text: str = "tfidf", folds: int = 3) -> Path:
    """Train captions alone on the drawn homonyms."""
    choices = replace(config("none", text), folds=folds)
    save(train(load_data("homonyms", n=160), choices), folder, "python -m mmdemo train --data homonyms", {})
    return folder


def test_the_summary_says_what_the_manifest_says():
    summary, bundle = summarise(EVERYDAY), load(EVERYDAY)
    assert summary.verdict() == bundle.evaluation.verdict()
    assert summary.evaluation == bundle.evaluation
    assert summary.data == "stamps (en)"
    assert summary.size == sum(path.stat().st_size for path in EVERYDAY.iterdir())
    assert summary.encoders()["image"] == "Pretrained network"


def test_what_a_model_does_not_read_is_not_listed(tmp_path):
    summary = summarise(homonyms(tmp_path / "model"))
    assert summary.reading() == ["Captions are read by: Words, counted"]
    card = model_card(model_facts(tmp_path / "model"), "Words")
    assert "Images are read" not in card and "None" not in card and ": none" not in card
    assert summary.cost() in card


def test_a_manifest_that_cannot_be_used_is_a_bundle_error(tmp_path):
    from mmdemo.bundles.manifest import write_manifest

    manifest = json.loads((EVERYDAY / "manifest.json").read_text("utf-8"))
    rest = {key: value for key, value in manifest.items() if key not in ("schema", "sha256")}
    write_manifest(tmp_path, {**rest, "evaluation": {"heads": 3}})
    with pytest.raises(BundleError, match="lacks a usable"):
        summarise(tmp_path)
    with pytest.raises(BundleError, match="no model"):
        summarise(tmp_path / "nowhere")


def test_the_facts_are_those_of_the_loaded_model():
    facts, model = model_facts(EVERYDAY), load(EVERYDAY).model
    for name, head in model.heads.items():
        found = facts.heads[name]
        assert (found.C, found.temperature) == (head.C, head.temperature)
        assert found.matrix.trace() / found.matrix.sum() == pytest.approx(found.metrics.accuracy)
        sure = facts.held_out.confidence(name) >= SURE
        assert found.coverage.coverage == pytest.approx(sure.mean())


def test_facts_of_a_damaged_model_are_refused(tmp_path):
    import shutil

    shutil.copytree(EVERYDAY, tmp_path / "model")
    (tmp_path / "model" / "held_out.npz").write_bytes(b"damaged")
    with pytest.raises(BundleError, match="damaged"):
        model_facts(tmp_path / "model")


def test_the_card_holds_what_it_should():
    facts = model_facts(EVERYDAY)
    card = model_card(facts, "Everyday")
    assert card.startswith("# Model card: Everyday\n")
    found = facts.summary.evaluation
    main, _, rest = card.partition("## The statistics")
    assert all(said in main for said in (answer_sentence(found), hundred_sentence(found), *found.sentences()))
    assert found.basis in main and found.protocol in rest and all(note in rest for note in found.notes())
    assert all(f"| {points(one.accuracy)} | " in card for one in found.adds.values())
    for head in facts.heads.values():
        low, high = head.metrics.ci95
        assert f"{head.metrics.accuracy:.3f} ({low:.3f}–{high:.3f})" in card
        assert f"| {head.calibration_error:.3f} |" in card
    for one in facts.heads["fused"].classes:
        assert re.search(rf"\| {one.label} \| {one.support} \| {one.precision.value:.2f} ", card)
    for piece in ("GPL-2.0-or-later", found.protocol, "seed 42", facts.summary.command, facts.summary.fingerprint):
        assert piece in card
    assert facts.summary.manifest["dataset"]["fingerprint"] in card
    for name, number in facts.summary.manifest["versions"].items():
        assert f"{name} {number}" in card


def test_limits_stand_beside_the_results_where_they_are_known(tmp_path):
    card = model_card(model_facts(homonyms(tmp_path / "model")), "Words")
    assert "Best possible |" in card and "| 0.750 |" in card
    assert "To sort captions" in card


def test_what_people_wrote_stays_text(hostile):
    card = model_card(model_facts(hostile), "<script> `x` | y")
    lines = [line for line in card.splitlines() if not line.startswith("    ")]  # code is shown as it is
    assert not re.search(r"(?<!\\)<", "\n".join(lines))
    assert plain(LABELS["flag"]) in card
    columns = {line.count(" | ") for line in card.splitlines() if line.startswith("| ") and "script" in line}
    assert len(columns) == 1, "a label made a column of its own"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("<b>", r"\<b\>"),
        ("a|b", r"a\|b"),
        ("[x](y)", r"\[x\](y)"),
        (":red[x] and: this", r"\:red\[x\] and: this"),
        ("one\n# two", "one # two"),
        ("&lt; & co", r"\&lt; & co"),
        ("www.x.org http://x", r"www\.x.org http\://x"),
        ("$x$ *y* _z_ `c` ~~d~~", r"\$x\$ \*y\* \_z\_ \`c\` \~\~d\~\~"),
    ],
)
def test_plain(written, safe):
    assert plain(written) == safe


@pytest.mark.parametrize(
    ("command", "public"),
    [
        ("python -m mmdemo train --data homonyms --out /srv/x", "python -m mmdemo train --data homonyms"),
        ("python -m mmdemo train --data a --out=/srv/x --seed 1", "python -m mmdemo train --data a --seed 1"),
        ("python -m mmdemo train --data '/tmp/a b/pets.zip'", "python -m mmdemo train --data pets.zip"),
        (r"python -m mmdemo train --data 'C:\Users\me\pets'", "python -m mmdemo train --data pets"),
        (
            "python -m mmdemo train --data stamps --set data.directory=/mnt/stamps",
            "python -m mmdemo train --data stamps --set data.directory=stamps",
        ),
        ("train --data '/tmp/a=b c/x=y'", "train --data x=y"),
        ("train --out models/everyday", "train --out models/everyday"),
        ("an 'open quote", ""),
    ],
)
def test_a_public_command_holds_no_path_of_its_machine(command, public):
    assert public_command(command) == public


@pytest.mark.slow
def test_a_run_to_an_absolute_folder_does_not_write_it_down(tmp_path):
    words = ["train", "--data", "homonyms", "--set", "data.n=80", "--image-encoder", "none", "--text-encoder", "tfidf"]
    command = [sys.executable, "-m", "mmdemo", *words, "--C", "1", "--progress", "none", "--out", tmp_path / "model"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert str(tmp_path) not in (tmp_path / "model" / "manifest.json").read_text("utf-8")


def unpacked(folder: Path, title: str, where: Path) -> Path:
    """Unpack the zip of a model; return the folder in it."""
    with zipfile.ZipFile(io.BytesIO(model_zip(folder, title))) as file:
        file.extractall(where)
    (inside,) = where.iterdir()
    return inside


def test_the_zip_says_what_can_be_read_from_it_of_the_data(models, tmp_path):
    save(models.trained("none", "tfidf"), tmp_path / "model", "", {})
    inside = unpacked(tmp_path / "model", "A", tmp_path / "a")
    readme = (inside / "README.md").read_text("utf-8")
    assert "how each pair is labelled and, if the model reads captions, which words" in readme
    read = load(inside / "model")
    assert list(read.held_out.labels) == list(models.dataset.frame.loc[list(read.held_out.ids), "label"])
    counted, rows = read.model.encoders["text"], read.train_features["text"].toarray()
    captions, words = models.dataset.frame.loc[list(read.train_ids), "text"], counted.analysed
    for caption, row in zip(captions, rows, strict=True):
        held = {word for word, column in counted.vocabulary_.items() if row[column]}
        assert held == set(words(caption)) & set(counted.vocabulary_)


def test_the_zip_tells_nothing_of_its_machine_and_is_sealed_again(hostile, tmp_path):
    inside = unpacked(hostile, "../../<b>x", tmp_path)
    for path in inside.rglob("*"):
        if path.suffix in (".md", ".json"):
            assert "/srv" not in path.read_text("utf-8") and str(hostile.parent) not in path.read_text("utf-8"), path
    assert load(inside / "model").manifest["command"].endswith("--seed 42")
    assert summarise(inside / "model").fingerprint in (inside / "MODEL_CARD.md").read_text("utf-8")


def test_the_same_model_gives_the_same_zip():
    assert model_zip(EVERYDAY, "A") == model_zip(EVERYDAY, "A")


@pytest.mark.parametrize(
    ("title", "name"),
    [("../../etc", "etc"), ("猫 & 狗", "猫-狗"), ("", "model"), ("///", "model"), ("x" * 99, "x" * 60)],
)
def test_a_title_is_a_file_name_everywhere(title, name):
    assert file_name(title) == name


def test_two_models_on_the_same_pairs_are_compared_pair_by_pair(tmp_path):
    folders = [homonyms(tmp_path / text, text) for text in ("tfidf", "word_vectors")]
    one, other = map(summarise, folders)
    found = compare(one, other)
    tested = [load(folder).held_out for folder in folders]
    right = [each.right("text") for each in tested]
    assert found.n == len(right[0])
    assert found.difference == difference(*right, tested[0].groups)
    assert found.difference.accuracy == pytest.approx(right[0].mean() - right[1].mean())
    assert compare(other, one).difference.accuracy == -found.difference.accuracy
    assert "A" in found.verdict("A", "B")


@pytest.mark.parametrize(
    ("ci95", "p", "better", "said"),
    [
        ((0.01, 0.09), 0.03, 9, "A is right more often than B: 5.0 more of 100 pairs are answered correctly (like"),
        ((-0.09, -0.01), 0.03, 1, "A is right less often than B: 5.0 fewer of 100 pairs are answered correctly (li"),
        ((-0.01, 0.05), 0.6, 5, "No clear difference between A and B: 2.0 more of 100 pairs are answered correctly (l"),
        ((0.01, 0.09), 0.06, 9, "measured on the same 100 pairs. The two statistical checks disagree"),
    ],
)
def test_a_comparison_says_what_interval_and_test_both_support(ci95, p, better, said):
    found = Difference(sum(ci95) / 2, ci95, p, better, 10 - better, better, 10 - better)
    assert said in Comparison(100, found).verdict("A", "B")
    assert Comparison(100, found).statistics() == f"{measured(found)} on 100 pairs"


def test_models_of_other_data_are_not_compared(tmp_path):
    one = summarise(homonyms(tmp_path / "one"))
    assert compare(one, summarise(EVERYDAY)) is None


def test_models_of_other_folds_are_compared_on_the_pairs_held_out_from_both(tmp_path):
    one, other = (summarise(homonyms(tmp_path / str(folds), folds=folds)) for folds in (1, 3))
    found = compare(one, other)
    assert found.n == one.evaluation.n < other.evaluation.n
    tested, others = load(one.folder).held_out, load(other.folder).held_out
    right = dict(zip(others.ids, others.right("text"), strict=True))
    change = [int(was) - int(right[row]) for row, was in zip(tested.ids, tested.right("text"), strict=True)]
    assert found.difference.accuracy == pytest.approx(sum(change) / len(change))


def test_a_name_stays_beside_the_run_and_goes_with_it(tmp_path):
    import shutil

    folders, run = RunFolders(tmp_path), "A" * 22
    shutil.copytree(EVERYDAY, tmp_path / run)
    folders.remember(run, {"visitor": "me"})
    assert folders.name(run) == ""
    folders.rename(run, "  <b>my\n model " + "x" * 99)
    assert folders.name(run).startswith("<b>my model x") and len(folders.name(run)) == 60
    assert folders.record(run)["visitor"] == "me"
    folders.trim()
    assert folders.name(run)
    load(tmp_path / run)
    folders.discard(run)
    assert not list(tmp_path.iterdir())
