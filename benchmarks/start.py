"""How long one waits at first: for each page of a cold server, beside one line of Streamlit; and for a cold command."""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.child import ROOT, Finished, run_python
from benchmarks.report import Report, Table, Target
from benchmarks.reruns import cpu_seconds, pages
from benchmarks.visitor import open_browser, open_tab, visit
from tests.server import serve

_ROUNDS = 3
_ONE_LINE = 'import streamlit as st; st.title("Hello")\n'
_HELLO = "one line of Streamlit"
_FIRST = 2.5  # times as long as the one line, for the Overview
_CLASSIFY = ("-m", "mmdemo", "classify", "--text", "a red car", "--json")
_APP = ("-c", "import mmdemo.ui.frame, mmdemo.ui.pages.overview")
_PROGRAMS = {"the command": _CLASSIFY, "the Overview": _APP}
_LINE = re.compile(r"^import time:\s*(\d+) \|\s*\d+ \|\s*(\w+)", re.MULTILINE)
_DEAREST = 6

Sights = list[tuple[float, float, float]]
"""Of fresh servers one after the other: seconds until the title is there, and until the page is whole and at rest;
CPU seconds of the server until then."""


def measure() -> Report:
    """Return the first sights of every page, each on servers of its own, and what a cold command takes."""
    with open_browser() as browser:
        sights = cold_visits(browser)
    commands = [run_python(*_CLASSIFY) for _ in range(_ROUNDS)]
    ratio = _medians(sights["Overview"])[0] / _medians(sights[_HELLO])[0]
    imports = {name: dearest(imports_of(arguments)) for name, arguments in _PROGRAMS.items()}
    return Report(
        title="The first sight of a cold server",
        table=Table(
            ("page", "title, s (× one line)", "whole, s (×)", "server, CPU s (×)"),
            [(title, *_cells(_medians(found), _medians(sights[_HELLO]))) for title, found in sights.items()],
        ),
        targets=[
            Target("Overview on a cold server beside one line of Streamlit, first sight:", ratio, "≤", _FIRST, "×", 2)
        ],
        notes=(
            f"Medians of {_ROUNDS} fresh servers each, visited by one browser with an empty cache.",
            _said(commands),
            *(f"The dearest imports of {name}: {_listed(found)}." for name, found in imports.items()),
        ),
        numbers={"cold": sights, "classify": [asdict(one) for one in commands], "imports": imports},
    )


def cold_visits(browser: Browser) -> dict[str, Sights]:
    """Return page → what is seen of it, and of the one line; a round visits each of them once."""
    found: dict[str, Sights] = {_HELLO: [], **{title: [] for title in pages()}}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "hello.py")
        script.write_text(_ONE_LINE, encoding="utf-8")
        for _ in range(_ROUNDS):
            found[_HELLO].append(_cold_visit(browser, str(script), ""))
            for title, page in pages().items():
                found[title].append(_cold_visit(browser, "app.py", page))
    return found


def _cold_visit(browser: Browser, script: str, page: str) -> tuple[float, float, float]:
    with serve(script) as server, open_tab(browser) as tab:
        return *visit(tab, f"{server.url}/{page}"), cpu_seconds(server.pid)


def imports_of(arguments: Sequence[str]) -> str:
    """Return what Python says of the time of each import of a program."""
    program = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(program, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return done.stderr


def dearest(said: str) -> dict[str, float]:
    """Return top-level package → seconds of its own modules' imports, the dearest first.

    >>> dearest("import time:      2000 |      5000 | numpy.linalg")
    {'numpy': 0.002}
    """
    microseconds = Counter[str]()
    for own, package in _LINE.findall(said):
        microseconds[package] += int(own)
    return {package: own / 1e6 for package, own in microseconds.most_common(_DEAREST)}


def _said(commands: Sequence[Finished]) -> str:
    names = ("seconds", "cpu_seconds", "peak_mb")
    seconds, cpu, peak = (median(getattr(one, name) for one in commands) for name in names)
    return f"`mmdemo classify` with a caption takes {seconds:.2f} s ({cpu:.2f} CPU s) and {peak:.0f} MB from nothing."


def _listed(found: Mapping[str, float]) -> str:
    return ", ".join(f"{package} ({seconds:.2f} s)" for package, seconds in found.items())


def _medians(sights: Sights) -> tuple[float, ...]:
    return tuple(median(column) for column in zip(*sights, strict=True))


def _cells(found: tuple[float, ...], hello: tuple[float, ...]) -> list[str]:
    return [f"{seconds:.2f} ({seconds / beside:.1f}×)" for seconds, beside in zip(found, hello, strict=True)]
