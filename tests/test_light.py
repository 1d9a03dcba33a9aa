"""What is not imported: an answer on the command line takes a second, and so does the first page of a cold server."""

import subprocess
import sys
from pathlib import Path

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


def loaded(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, ",".join(HEAVY), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def test_an_answer_imports_no_heavy_library(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (40, 30), "red").save(tmp_path / "red.png")
    done = loaded(CLASSIFY, "classify", "--image", str(tmp_path / "red.png"), "--text", "a red car")
    assert done.stdout.startswith("vehicles") and done.stdout.endswith("\n[]\n"), done.stdout
