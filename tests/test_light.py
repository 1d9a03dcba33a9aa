"""What is not imported: an answer on the command line takes a second, and so does the first page of a cold server."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.example import read_example, worked_example
from mmdemo.bundles.files import EXAMPLE
from mmdemo.errors import BundleError
from mmdemo.explanation.steps import waterfall_steps
from mmdemo.preprocess.decode import decode
from tests.models import ROOT

HEAVY = (
    "altair",
    "cleanlab",
    "joblib",
    "keras",
    "mmdemo.library",
    "mmdemo.training",
    "narwhals",
    "pandas",
    "pyarrow",
    "pyspark",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.stats",
    "sklearn",
    "skops",
    "streamlit",
    "tensorflow",
    "wordllama",
)
CLASSIFY = """
import sys
from mmdemo.__main__ import main
status = main(sys.argv[2:])
print(sorted(set(sys.argv[1].split(",")) & set(sys.modules)))
sys.exit(status)
"""


OVERVIEW = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception and not app.error, app.error
print([one.value for one in app.header])
print(sorted(set(sys.argv[1].split(",")) & set(sys.modules) - {"streamlit"}))
"""


def loaded(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, ",".join(HEAVY), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def test_an_answer_imports_no_heavy_library(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (40, 30), "red").save(tmp_path / "red.png")
    done = loaded(CLASSIFY, "classify", "--image", str(tmp_path / "red.png"), "--text", "a red car")
    assert "by the model for both" in done.stdout and done.stdout.endswith("\n[]\n"), done.stdout


def test_the_overview_shows_the_shipped_model_without_loading_it() -> None:
    answer, found = loaded(OVERVIEW).stdout.splitlines()[-2:]
    assert "'vehicles, " in answer and "'Next steps'" in answer
    assert found == "[]"


def test_the_example_beside_the_shipped_model_is_what_the_model_answers() -> None:
    bundle = load(ROOT / "models" / "everyday")
    kept, fresh = read_example(bundle.path), worked_example(bundle.model, bundle.manifest["dataset"]["name"])
    assert kept is not None and fresh is not None
    assert (kept.answer.label, kept.answer.head, kept.answer.sure) == (
        fresh.answer.label, fresh.answer.head, fresh.answer.sure,
    )  # fmt: skip
    assert kept.answer.heads.keys() == fresh.answer.heads.keys() == bundle.model.heads.keys()
    for head, rows in fresh.answer.heads.items():
        np.testing.assert_allclose(kept.answer.heads[head], rows, atol=1e-4)
    np.testing.assert_allclose(kept.explained.logits, fresh.explained.logits, atol=1e-4)
    np.testing.assert_allclose(kept.explained.intercept, fresh.explained.intercept, atol=1e-4)
    assert kept.explained.parts.keys() == fresh.explained.parts.keys()
    for name, part in fresh.explained.parts.items():
        assert kept.explained.parts[name].units == part.units
        np.testing.assert_allclose(kept.explained.parts[name].total, part.total, atol=1e-4)
        np.testing.assert_allclose(kept.explained.parts[name].values, part.values, atol=1e-4)
    assert kept.explained.removals.keys() == fresh.explained.removals.keys()
    for name, removals in fresh.explained.removals.items():
        assert (kept.explained.removals[name].units, kept.explained.removals[name].count) == (
            removals.units, removals.count,
        )  # fmt: skip
        np.testing.assert_allclose(kept.explained.removals[name].losses, removals.losses, atol=1e-4)
    steps = [waterfall_steps(one.explained, one.answer.label) for one in (kept, fresh)]
    assert [name for name, _ in steps[0]] == [name for name, _ in steps[1]]
    assert kept.shown["text"] == "a jaguar on the road"
    for images in ((kept.shown, fresh.shown), (kept.painted, fresh.painted)):
        pixels = [decode(one["image"]).pixels.astype(int) for one in images]
        assert np.abs(pixels[0] - pixels[1]).mean() < 1


def test_an_example_that_is_not_there_or_changed_is_not_shown(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "models" / "everyday", tmp_path / "everyday"))
    (folder / EXAMPLE).write_text((folder / EXAMPLE).read_text().replace("jaguar", "lion"))
    assert read_example(folder) is None
    with pytest.raises(BundleError, match=r"example\.json in 'everyday' is damaged"):
        load(folder)
    (folder / EXAMPLE).unlink()
    assert read_example(folder) is None


def test_only_a_model_of_everyday_things_has_an_example() -> None:
    assert worked_example(load(ROOT / "models" / "everyday").model, "shop") is None
