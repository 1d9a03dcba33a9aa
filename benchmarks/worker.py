"""`python -m benchmarks.worker NAME FILE [--quick]`: one benchmark in a process of its own, its report as JSON."""

import inspect
import json
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.report import Report


def main(name: str, file: str, *flags: str) -> None:
    """Measure, and write the report; --quick is for those whose `measure` knows it."""
    measure = import_module(f"benchmarks.{name}").measure
    quick = {"quick": True} if "--quick" in flags and "quick" in inspect.signature(measure).parameters else {}
    report: Report = measure(**quick)
    Path(file).write_text(json.dumps(report.as_dict(), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
