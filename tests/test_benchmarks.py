"""The benchmarks' registry, tables and markers; nothing here is timed."""

import ast
import doctest
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import BENCHMARKS, growth, readme, report, start
from benchmarks import __main__ as main
from benchmarks.article import answers, article_blocks, article_held_out, image_coordinates
from benchmarks.article_literal import SETTINGS, split
from benchmarks.child import run_python
from benchmarks.readme import marked, replace_blocks
from benchmarks.report import Report, Table, Target, interval, signed_interval
from mmdemo.datasets.homonyms import homonyms
from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.model.config import ModelConfig
from mmdemo.training.split import prepare

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
REPORT = Report(
    title="Speed of snails",
    table=Table(("snail", "mm/s"), (("Ada", "1.1"), ("Bo|b", "0.9"))),
    targets=(Target("Ada:", 1.13, "≥", 1, "mm/s", 1), Target("Bob:", 0.9, "≥", 1, "mm/s", 1)),
    notes=("On glass.", "In spring."),
    numbers={"Ada": 1.13, "Bob": 0.9},
)


def top_level_functions(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_registered_benchmark_can_be_measured(name: str) -> None:
    assert "measure" in top_level_functions(FOLDER / f"{name}.py")


def test_every_benchmark_is_registered() -> None:
    measurable = {path.stem for path in FOLDER.glob("*.py") if "measure" in top_level_functions(path)}
    assert measurable == set(BENCHMARKS)


@pytest.mark.parametrize("module", [growth, readme, report, start])
def test_examples_are_true(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


def test_the_report_says_plainly_what_is_met_and_what_is_missed() -> None:
    assert REPORT.markdown().splitlines() == [
        "## Speed of snails",
        "",
        "| snail | mm/s |",
        "| --- | ---: |",
        "| Ada | 1.1 |",
        "| Bo&#124;b | 0.9 |",
        "",
        "On glass. In spring.",
        "",
        "- met: Ada: 1.1 mm/s (target ≥ 1.0 mm/s)",
        "- **MISSED**: Bob: 0.9 mm/s (target ≥ 1.0 mm/s)",
    ]


@pytest.mark.parametrize(
    ("value", "sign", "met"),
    [
        (1.0, "≤", True),
        (1.1, "≤", False),
        (1.0, "≥", True),
        (0.9, "≥", False),
        (1.0, ">", False),
        (1.1, ">", True),
        (float("nan"), "≤", False),
        (float("nan"), "≥", False),
    ],
)
def test_a_target_is_met_within_its_bound(value: float, sign: str, met: bool) -> None:
    assert Target("It:", value, sign, 1.0).met is met


def test_a_ratio_is_written_without_a_space() -> None:
    assert Target("Faster:", 12.34, "≥", 10, "×", 1).line() == "- met: Faster: 12.3× (target ≥ 10.0×)"


def test_a_table_refuses_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="another number of cells"):
        Table(("a", "b"), (("1",),)).markdown()


def test_a_report_survives_json() -> None:
    again = Report.from_dict(json.loads(json.dumps(REPORT.as_dict())))
    assert again.markdown() == REPORT.markdown()
    assert again.numbers == REPORT.numbers
    assert [target["met"] for target in REPORT.as_dict()["targets"]] == [True, False]


def test_intervals_are_written_with_their_signs() -> None:
    assert interval(0.8714, (0.84, 0.9)) == "0.871 (0.840–0.900)"
    assert signed_interval(-0.02, (-0.05, 0.01)) == "−0.020 (−0.050 to +0.010)"


README = f"# Title\n\n{marked('a', 'old a')}\n\nBetween.\n\n{marked('b', 'old b')}\nEnd, without a line break"


def test_only_the_named_block_is_replaced() -> None:
    assert replace_blocks(README, {"a": r"new \1 {a}"}) == README.replace("old a", r"new \1 {a}")
    assert replace_blocks(README, {"b": "two\nlines"}) == README.replace("old b", "two\nlines")
    assert replace_blocks(README, {}) == README


def test_replacing_twice_changes_nothing_more() -> None:
    once = replace_blocks(README, {"a": "new", "b": "newer"})
    assert replace_blocks(once, {"a": "new", "b": "newer"}) == once


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no marker", "it is there 0 times"),
        (README + marked("a", ""), "it is there 2 times"),
        ("<!-- benchmark:a --> never closed", "no <!-- /benchmark --> after"),
        ("<!-- benchmark:a -->\n" + marked("b", ""), "no <!-- /benchmark --> after"),
    ],
)
def test_a_marker_that_is_missing_double_or_open_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace_blocks(text, {"a": "new"})


@pytest.fixture
def snails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command with one benchmark that is done at once, one that fails, and a README of its own."""
    monkeypatch.setattr(main, "_measure", lambda name, folder, quick: None if name == "limits" else REPORT)
    monkeypatch.setattr(main, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text(marked("accuracy", "old"), encoding="utf-8")
    return tmp_path


def test_a_missed_target_is_no_failure(snails: Path) -> None:
    result = CliRunner().invoke(main.command, ["accuracy", "--json", str(snails / "numbers.json")])
    assert result.exit_code == 0
    assert "1 of 2 targets met; missed in: accuracy." in result.stdout
    assert json.loads((snails / "numbers.json").read_text())["benchmarks"]["accuracy"]["numbers"]["Bob"] == 0.9


def test_a_benchmark_that_cannot_be_measured_is_a_failure(snails: Path) -> None:
    result = CliRunner().invoke(main.command, ["limits", "accuracy"])
    assert result.exit_code == 1
    assert "limits could not be measured" in result.stdout
    assert REPORT.markdown() in result.stdout


def test_markdown_is_what_the_readme_gets(snails: Path) -> None:
    result = CliRunner().invoke(main.command, ["accuracy", "--markdown", "--write-readme"])
    assert result.stdout.strip() == (snails / "README.md").read_text(encoding="utf-8").strip()
    assert REPORT.table.markdown() in result.stdout


def test_an_unknown_name_lists_the_known_ones() -> None:
    result = CliRunner().invoke(main.command, ["snails"])
    assert result.exit_code == 2
    assert all(name in result.stderr for name in BENCHMARKS)


def test_a_child_process_is_measured() -> None:
    finished = run_python("-c", "held = bytearray(300_000_000); print(len(held))")
    assert finished.output == "300000000\n"
    assert finished.peak_mb > 300
    assert 0 < finished.cpu_seconds < finished.seconds + 1


def test_the_longest_silence_of_a_child_process_is_known() -> None:
    finished = run_python("-c", "import time; print('a', flush=True); time.sleep(0.3); print('b')")
    assert finished.output.split() == ["a", "b"]
    assert 0.3 <= finished.silence <= finished.seconds


def test_a_child_process_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: too cold"):
        run_python("-c", "import sys; sys.stderr.write('too cold'); sys.exit(3)")


def test_the_dearest_imports_are_summed_by_package_and_come_first() -> None:
    said = [(500, "json"), (2000, "numpy.linalg"), (9000, "site"), (700, "numpy")]
    lines = [f"import time: {own:9} | {own + 10:10} |   {name}" for own, name in said]
    found = start.dearest("import time: self [us] | cumulative | imported package\n" + "\n".join(lines))
    assert found == {"site": 0.009, "numpy": 0.0027, "json": 0.0005}
    assert list(found) == ["site", "numpy", "json"]


def test_the_articles_model_is_the_same_in_gram_coordinates() -> None:
    dataset = homonyms(n=80)
    pictures, labels = dataset.frame["image"].tolist(), dataset.frame["label"].to_numpy(str)
    rows, held_out = split(len(pictures), seed=42)
    activations = ArticleCNNEncoder(12, SETTINGS).transform(pictures).astype(np.float64)
    captions = dataset.frame["text"].tolist()
    directly = article_blocks(activations, captions, rows)
    shortly = article_blocks(image_coordinates(pictures, 12), captions, rows)
    assert shortly["image"].shape[1] <= len(pictures) < directly["image"].shape[1]
    for head in ("image", "text", "fused"):
        expected = answers(directly[head], labels, rows, held_out, tol=1e-8)
        np.testing.assert_allclose(answers(shortly[head], labels, rows, held_out, tol=1e-8), expected, atol=1e-4)


def test_the_articles_model_is_summarised_like_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.article.SIZE", 12)
    dataset = homonyms(n=80)
    found = evaluate(article_held_out(dataset, prepare(dataset, ModelConfig())))
    assert found.n == 80
    assert set(found.heads) == {"image", "text", "fused"}
    assert set(found.adds) == {"image", "text"}
