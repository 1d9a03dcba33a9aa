"""What the README tells people to type does what it says."""

import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

import mmdemo
from tests.command_line import CommandLine
from tests.models import ROOT, drawn

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall((ROOT / "README.md").read_text("utf-8")) if name == language]


def commands() -> list[list[str]]:
    """What is typed where Spark is not needed; `test_scale_docs` looks at the rest."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    found = [words for line in lines if (words := shlex.split(line, comments=True))[:1] == ["mmdemo"]]
    return [words for words in found if "--engine" not in words]


@pytest.fixture
def own_files(command_line: CommandLine) -> Path:
    """The folder in which the commands run, with the files that the README speaks of."""
    folder = command_line.folder
    (folder / "listings").mkdir()
    frame = drawn(folder / "listings").frame
    frame.to_csv(folder / "listings.csv", index=False)
    shutil.make_archive(str(folder / "listings"), "zip", folder / "listings")
    shutil.copy(folder / "listings.zip", folder / "new.zip")
    new = frame[["image", "text"]].head(6).astype(object)
    new.iloc[0, 0], new.iloc[1, 1] = None, None
    new.to_csv(folder / "new.csv", index=False)
    shutil.copy(folder / "listings" / "box0.png", folder / "chair.jpg")
    return folder


def test_the_commands_run_one_after_the_other(own_files: Path, command_line: CommandLine) -> None:
    shown = {}
    for program, *arguments in commands():
        done = command_line.run(*arguments)
        assert (program, done.status) == ("mmdemo", 0), done.err
        shown[arguments[0], arguments[-1]] = done.out
    assert {name for name, _ in shown} == {"data", "train", "evaluate", "classify"}
    assert "36 pairs of 3 classes" in shown["data", "listings.zip"]
    assert shown["classify", "a red car"].startswith("vehicles")
    assert len(pd.read_csv(own_files / "answers.csv")) == 36


def test_the_lines_of_python_run(own_files: Path) -> None:
    (block,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    new = names["new"]
    assert isinstance(new, pd.DataFrame) and set(new["label"]) <= {"ball", "box", "flag"}
    loaded = mmdemo.load_model(own_files / "my-model")
    assert loaded.predict(new).tolist() == new["label"].tolist()
    last = names["model"]
    assert isinstance(last, mmdemo.PairClassifier) and list(last.model.encoders) == ["text"]


def test_every_public_name_is_imported_in_the_readme() -> None:
    (block,) = blocks("python")
    functions = {"Dataset", "load_dataset", "load_model", "train"}
    assert functions <= set(mmdemo.__all__) and all(re.search(rf"\b{name}\(|\b{name}\.", block) for name in functions)
