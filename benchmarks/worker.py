"""`python -m benchmarks.worker NAME FILE`: one benchmark in a process of its own, its report as JSON in a file."""

import json
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.report import Report


def main(name: str, file: str) -> None:
    """Measure, and write the report."""
    report: Report = import_module(f"benchmarks.{name}").measure()
    Path(file).write_text(json.dumps(report.as_dict(), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
