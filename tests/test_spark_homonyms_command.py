"""`mmdemo data homonyms --engine spark`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mmdemo.datasets.homonym_table import homonym_alone, homonym_caption
from tests.command_line import Refuse
from tests.spark_cluster import ROOT, need_spark
from tests.test_spark_homonyms import rows_of


def test_the_command_writes_them(tmp_path: Path) -> None:
    need_spark()
    asked = ["homonyms", "--engine", "spark", "--master", "local[2]", "--out", str(tmp_path / "pairs"), "--json"]
    command = [sys.executable, "-m", "mmdemo", "data", *asked, "--set", "data.n=40", "--set", "data.seed=7"]
    small = ["--conf", "spark.driver.memory=1g"]
    done = subprocess.run([*command, *small], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "ERROR " not in done.stderr
    assert json.loads(done.stdout) == {"pairs": 40, "out": str(tmp_path / "pairs")}
    sense, ambiguous, _ = homonym_alone(39, 0.5, 0.4, 7)
    assert rows_of(tmp_path / "pairs")["text"][39].as_py() == homonym_caption(sense, ambiguous, 7, 39)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["stamps", "--engine", "spark"], "With --engine spark, data only draws the homonyms; got stamps"),
        (["homonyms", "--engine", "spark", "--set", "data.n=40"], "say where the homonyms go and how many: --out PATH"),
        (["homonyms", "--engine", "spark", "--out", "a"], "say where the homonyms go and how many: --out PATH"),
        (["homonyms", "--engine", "spark", "--look"], "--look does not go with --engine spark"),
        (["homonyms", "--engine", "spark", "--label", "kind"], "--label does not go with --engine spark"),
        (["homonyms", "--engine", "spark", "--captions", "de"], "--captions does not go with --engine spark"),
        (
            ["homonyms", "--engine", "spark", "--out", "a", "--set", "data.n=40", "--set", "data.parts=2"],
            "does not take the option 'parts'; it takes n, q_text, q_image, seed",
        ),
        (
            ["homonyms", "--engine", "spark", "--out", "a", "--set", "data.n=40", "--conf", "spark.ui.enabled"],
            "Got --conf spark.ui.enabled but expected KEY=VALUE",
        ),
        (["homonyms", "--master", "local[2]"], "--master and --conf are for Spark; add --engine spark"),
        (["homonyms", "--conf", "a=b"], "--master and --conf are for Spark; add --engine spark"),
    ],
)
def test_other_uses_are_refused(refuse: Refuse, arguments: list[str], sentence: str) -> None:
    assert sentence in refuse("data", *arguments)
