"""docs/scale.md says what the code does: its bounds are the code's, and its commands are ones that can be called."""

import re
import shlex
from math import prod

import click
import pytest

from benchmarks import spark as benchmark
from benchmarks import spark_sizes
from benchmarks.readme import replace_blocks
from mmdemo.__main__ import fusion_lab
from mmdemo.commands.spark_options import on_spark, read_conf
from mmdemo.datasets.tables import bounds
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess import foreign
from mmdemo.spark import (
    answering,
    axes,
    choosing,
    columns,
    features,
    gradients,
    left_out,
    looks,
    outcome,
    regression,
    row_numbers,
    session,
    split,
    sums,
    table_files,
    training_pairs,
)
from mmdemo.spark import vocabulary as words
from mmdemo.spark.needs import JAVA_VERSIONS
from mmdemo.spark.progress import STAGES
from tests.models import ROOT

TEXT = (ROOT / "docs" / "scale.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE))
MOST = {
    "training pairs on which C and the temperature are chosen, with their features": (choosing.SAMPLE,),
    "held-out pairs with their answers, for the intervals; answers times classes": (
        answering.MOST_HELD_OUT,
        answering._MOST_ANSWERS,
    ),
    "training pairs that the bundle names, with their features": (outcome.MOST_TRAINED_ON,),
    "held-out pairs by which the warnings are set": (outcome._MOST_LOOKED_AT,),
    "rows left out that are listed": (left_out.MOST_NAMED,),
    "rows by which columns are told apart": (columns._LOOKED_AT,),
    "rows that the local reader reads, or whose digests pass one by one for the fingerprint": (bounds.MOST_ROWS,),
    "classes": (split.MOST_CLASSES,),
    "words that are counted; words times classes; words in any case": (
        words._MOST,
        words._MOST_WEIGHTS,
        words._FEWEST,
    ),
    "features of an encoder that learns nothing": (features.MOST_COLUMNS,),
    "features of a modality whose axes are found; of more, only those that networks make": (axes.MOST_TURNED,),
    "sums of each feature, one for each of so many tasks": (sums._MERGED,),
    "bytes of the tasks' gradients, at each step; of more, their sum alone": (gradients._MOST_BYTES,),
    "files of one table; files of a folder that are looked at": (row_numbers._MOST_PARTS, table_files._MOST_FILES),
}


def numbers(words: str) -> tuple[int, ...]:
    return tuple(int(found.replace(",", "")) for found in re.findall(r"\b\d[\d,]*\b", words))


def commands(name: str) -> list[list[str]]:
    """The calls of mmdemo in the shell's blocks of a document."""
    text = (ROOT / name).read_text("utf-8")
    found = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    lines = [shlex.split(line, comments=" #" in line) for line in found.splitlines()]
    return [words[1:] for words in lines if words[:1] == ["mmdemo"]]


@pytest.mark.parametrize("what", MOST)
def test_every_bound_is_the_codes(what: str) -> None:
    assert numbers(ROWS[what]) == MOST[what]


def test_no_row_of_bounds_is_without_its_test() -> None:
    tables_of_bounds = re.findall(r"\| what \| at most \|\n\| --- \| --- \|\n((?:\|.*\n)+)", TEXT)
    written = [line.split(" | ")[0].removeprefix("| ") for table in tables_of_bounds for line in table.splitlines()]
    assert sorted(written) == sorted(MOST)


def test_other_figures_are_the_codes() -> None:
    frozen = {
        name: [part.n_features_out for part in ModelConfig().build_encoder(name).parts if part.frozen]
        for name in MODALITIES
    }
    every = [width for widths in frozen.values() for width in widths]
    wanted = [f"{max(every):,} of an image", *map(str, sorted(every)[:-1])]
    wanted += [f"{4 * sum(every):,} bytes a pair", f"where more than {axes.MOST_TURNED:,} are"]
    wanted += [f"ten million, {4 * sum(every) * 10_000_000 / 1e9:.0f} GB"]
    wanted += [f"{session._ROWS} rows or {session._BYTES // 10**6} MB at a time", f"a task {session._PART // 10**6} MB"]
    wanted += [f"{session._READ} rows at a time", f"{session._HEAP} MB and {session._A_TASK} for each core"]
    wanted += [f"compared with each other up to {looks.MOST_COMPARED:,}", f"about {choosing.SAMPLE:,} training pairs"]
    wanted += [f"more than {bounds.MOST_ROWS:,} rows", f"up to {foreign.BUDGET.megabytes} MB", session._STACK]
    assert training_pairs._JUDGES == 5 and "a fifth of all training pairs at most" in " ".join(TEXT.split())
    *others, newest = map(str, JAVA_VERSIONS)
    wanted += [f"Java {', '.join(others)} or {newest}"]
    whole = " ".join(TEXT.split())
    assert [one for one in wanted if one not in whole] == []


def test_the_drivers_memory_is_computed_from_the_bounds() -> None:
    columns = sum(part.n_features_out for name in MODALITIES for part in ModelConfig().build_encoder(name).parts
                  if part.frozen)  # fmt: skip
    bytes_each = regression._BYTES
    assert f"at least {bytes_each} bytes" in " ".join(TEXT.split())
    assert f"{prod((8, columns, bytes_each)) / 1e6:.0f} MB for 8 classes" in " ".join(TEXT.split())
    assert f"{1_000 * columns * bytes_each / 1e9:.1f} GB for 1,000 classes" in " ".join(TEXT.split())
    assert f"another {words._MOST_WEIGHTS * bytes_each / 1e9:.1f} GB" in " ".join(TEXT.split())


def test_every_stage_is_said_to_run_somewhere() -> None:
    section = TEXT.partition("## What runs where")[2].partition("\n## ")[0]
    written = [name for name in STAGES if f"| {STAGES[name].lower()} | " in section]
    assert set(STAGES) - set(written) == {"draw", "classify", "save"}


def test_the_documents_calls_are_such_as_can_be_made() -> None:
    called = [words for name in ("docs/scale.md", "README.md") for words in commands(name) if "--engine" in words]
    assert {words[0] for words in called} == {"data", "train", "evaluate", "classify"}
    for name, *arguments in called:
        command = fusion_lab.get_command(click.Context(fusion_lab), name)
        assert command is not None
        asked = command.make_context(name, arguments).params
        assert on_spark(asked["engine"], asked["master"], asked["conf"]) and len(read_conf(asked["conf"])) == len(
            asked["conf"]
        )


def test_the_benchmarks_write_their_tables_here() -> None:
    assert spark_sizes.DOCUMENT == benchmark.DOCUMENT == ROOT / "docs" / "scale.md"
    replaced = replace_blocks(TEXT, {spark_sizes.NAME: "some sizes", benchmark.NAME: "some seconds"})
    assert "some sizes" in replaced and "some seconds" in replaced


def test_bytes_are_given_to_the_stage_in_which_they_were_first_kept() -> None:
    stages = [
        {"stageId": 4, "rddIds": [8], "shuffleWriteBytes": 18_000_000, "numTasks": 6},
        {"stageId": 1, "rddIds": [7], "shuffleWriteBytes": 0},
        {"stageId": 2, "rddIds": [7, 8], "shuffleWriteBytes": 300},
        {"stageId": 3, "rddIds": [8], "shuffleWriteBytes": 100},
    ]
    jobs = [{"jobGroup": "encode", "stageIds": [1]}, {"jobGroup": "split", "stageIds": [2, 3]}]
    jobs.append({"jobGroup": "scale", "stageIds": [4]})
    sizes = spark_sizes.Sizes(jobs, stages, kept={7: 5_000, 8: 4_000}, worker=250)
    assert spark_sizes.by_stage(sizes) == {"encode": (5_000, 0), "split": (4_000, 400), "scale": (0, 18_000_000)}
    said = spark_sizes.block(100, sizes)
    assert "| holding pairs out | 40 | 4 |" in said and "| together | 90 | 4 |" in said
    assert "would keep 1 GB and send 0 GB" in said
    assert "measuring the features |" not in said and "sends 3 MB for each task besides" in said
