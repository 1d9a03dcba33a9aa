"""What is installed: the libraries, the models that are shipped, the command."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mmdemo.__main__ import main
from mmdemo.encoders.keras_network import import_tensorflow
from mmdemo.errors import MissingExtraError
from mmdemo.storage import shipped
from mmdemo.storage.shipped import shipped_models
from tests.command_line import Refuse
from tests.models import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
EVERYDAY = ROOT / "models" / "everyday"
LIGHT = "import sys, mmdemo; print(sorted({'numpy', 'pandas', 'sklearn', 'cv2', 'mmdemo.library'} & set(sys.modules)))"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def bounds() -> dict[str, list[Requirement]]:
    """Name → what pyproject.toml asks for, in the base and in the extras."""
    found: dict[str, list[Requirement]] = {}
    for line in [*PROJECT["dependencies"], *EXTRAS["train"], *EXTRAS["app"], *EXTRAS["heif"]]:
        requirement = Requirement(line)
        found.setdefault(normal(requirement.name), []).append(requirement)
    return found


def pins(file: str = "requirements.txt") -> dict[str, Requirement]:
    """Name → what a requirements file pins."""
    lines = (line.partition(" #")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {normal(requirement.name): requirement for requirement in found}


def test_both_lists_name_the_same_libraries() -> None:
    assert bounds().keys() == pins().keys()


@pytest.mark.parametrize("name", pins())
def test_the_pinned_version_is_within_the_bounds(name: str) -> None:
    pin = pins()[name]
    (version,) = pin.specifier
    for bound in bounds()[name]:
        assert [part.operator for part in bound.specifier] == [">="]
        assert bound.specifier.contains(version.version)
    if name.startswith("tensorflow"):
        assert [str(bound.marker) for bound in bounds()[name]] == [str(pin.marker)]


def test_spark_is_an_extra_that_the_app_does_without() -> None:
    (pin,), (bound,) = pins("requirements-spark.txt").values(), map(Requirement, EXTRAS["spark"])
    assert pin.name == bound.name == "pyspark" and [part.operator for part in bound.specifier] == [">="]
    assert all(bound.specifier.contains(part.version) for part in pin.specifier)
    assert not {"pyspark", "py4j"} & (bounds() | pins()).keys()


@pytest.mark.parametrize("library", ["streamlit", "jinja2", "vl-convert-python", "tensorflow-cpu", "keras"])
def test_the_base_needs_neither_tensorflow_nor_the_app(library: str) -> None:
    assert library not in {normal(Requirement(line).name) for line in PROJECT["dependencies"]}


def test_the_command_is_the_module() -> None:
    module, function = PROJECT["scripts"]["mmdemo"].split(":")
    assert (module, function) == (main.__module__, main.__name__)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("/usr/bin/mmdemo", "mmdemo"),
        ("mmdemo.exe", "mmdemo"),
        ("/site-packages/mmdemo/__main__.py", "python -m mmdemo"),
    ],
)
def test_usage_names_the_command_as_it_was_called(
    called: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert main(["classify", "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: {name} classify [OPTIONS]")


def test_importing_the_package_loads_no_library() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_without_tensorflow_training_a_network_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingExtraError) as caught:
        import_tensorflow()
    assert str(caught.value) == 'Training a network needs libraries that are not installed: pip install "mmdemo[train]"'


@pytest.mark.parametrize("library", ["jinja2", "vl_convert"])
def test_without_the_apps_libraries_a_report_says_what_to_install(
    library: str, monkeypatch: pytest.MonkeyPatch, refuse: Refuse
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    sentence = refuse("report", "--model", EVERYDAY, "--output", "report.html")
    assert sentence == 'A report needs libraries that are not installed: pip install "mmdemo[app]"'


def test_shipped_models_lie_in_the_package_or_in_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped_models() == ROOT / "models"
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path)
    (tmp_path / "shipped").mkdir()
    assert shipped_models() == tmp_path / "shipped"


def source_in(folder: Path) -> Path:
    """A copy of what the wheel is built from."""
    pytest.importorskip("hatchling", reason="The wheel is not built: pip install -r requirements-dev.txt")
    source = folder / "source"
    source.mkdir()
    for name in ("mmdemo", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    return source


def pip_install(folder: Path, *arguments: str | Path) -> str:
    """What pip says as it installs with these arguments, without a network."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", "--no-build-isolation"]
    done = subprocess.run([*pip, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_all_extras_together_are_what_the_tests_have_installed(tmp_path: Path) -> None:
    told = pip_install(tmp_path, "--dry-run", f"{source_in(tmp_path)}[{','.join(EXTRAS)}]")
    wanted = [one for lines in EXTRAS.values() for one in map(Requirement, lines)]
    assert "pyspark" in {one.name for one in wanted}
    for one in wanted:
        found = f"Requirement already satisfied: {one.name}{one.specifier} in " in told
        assert found is (one.marker is None or one.marker.evaluate()), told
    assert re.findall(r"^Would install (.*)-[\d.]+$", told, re.M) == ["mmdemo"]


@pytest.mark.slow
def test_the_wheel_works_in_a_folder_elsewhere(tmp_path: Path) -> None:
    source, site, elsewhere = source_in(tmp_path), tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip_install(elsewhere, "--quiet", "--no-deps", "--target", site, source)
    assert not (site / "tests").exists() and (site / "mmdemo" / "py.typed").is_file()
    for name in ("report/report.html", "report/style.css"):
        assert (site / "mmdemo" / name).read_bytes() == (ROOT / "mmdemo" / name).read_bytes()
    networks = ("efficientnet_lite0.tflite", "all_minilm_l6_v2.tflite", "all_minilm_l6_v2.json")
    for name in (*(f"encoders/{network}" for network in networks), "everyday/manifest.json"):
        assert (site / "mmdemo" / "shipped" / name).read_bytes() == (ROOT / "models" / name).read_bytes()

    def run(*command: str | Path) -> str:
        environment = {"PYTHONPATH": str(site), "PATH": "", "MMDEMO_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run(command, capture_output=True, text=True, cwd=elsewhere, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run(next((site / "bin").glob("mmdemo*")), "classify", "--text", "a red car").startswith("vehicles")
    lines = (
        "import mmdemo; from mmdemo import Dataset, load_dataset, load_model, train",
        "data = load_dataset('homonyms', n=40)",
        "model = train(Dataset.from_frame(data.frame), C=10)",
        "print(model.predict_proba(data.frame.head(3)).shape)",
        "print(model.explain(image=data.frame['image'].iloc[0], text='a bat').heat_map().shape)",
        "model.save('my-model'); load_model('my-model'); print(mmdemo.__file__)",
    )
    shapes = f"(3, 8)\n(224, 224, 3)\n{site / 'mmdemo' / '__init__.py'}\n"
    assert run(sys.executable, "-c", "\n".join(lines)) == shapes
