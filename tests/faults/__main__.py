"""Plant every fault in a copy of the tree and show the test that catches it: `python -m tests.faults [WORD …]`.

Words choose the faults whose names hold one of them. Exit 0 when all are caught, 1 when one is not, when its text is no
longer there, or when the tests that should catch it fail without it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.faults.table import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2
FAILED = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)
SECONDS = 300


def main(words: list[str]) -> int:
    """Return the exit status after trying every fault whose name holds one of the words."""
    chosen = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="fusion-lab-faults-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(PROCESSES):
            trees.put(copy_of_the_tree(Path(folder, str(number))))
        with ThreadPoolExecutor(PROCESSES) as threads:
            sound = threads.submit(passes_without, chosen, trees)
            caught = list(threads.map(lambda fault: is_caught(fault, trees), chosen))
        print(f"{sum(caught)} of {len(caught)} faults are caught.")
        return 0 if all(caught) and sound.result() else 1


def copy_of_the_tree(target: Path) -> Path:
    """Copy every file that is, or is about to be, under version control."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in names:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def passes_without(faults: list[Fault], trees: "SimpleQueue[Path]") -> bool:
    """Return whether every named test passes in the tree as it is; what does not is printed."""
    tests = list(dict.fromkeys(test for fault in faults for test in fault.tests))
    tree = trees.get()
    try:
        done = pytest(tree, *tests)
    finally:
        trees.put(tree)
    if done.returncode:
        print(f"Without any fault, tests do not pass:\n{done.stdout[-3000:]}{done.stderr[-1000:]}", flush=True)
    return done.returncode == 0


def is_caught(fault: Fault, trees: "SimpleQueue[Path]") -> bool:
    """Return whether a test fails with the fault; its name, or what is wrong, is printed."""
    tree = trees.get()
    try:
        before = fault.plant(tree)
        try:
            done = pytest(tree, *fault.tests)
        finally:
            (tree / fault.file).write_text(before, "utf-8")
    except ValueError as error:
        print(f"NOT PLANTED  {fault.name}: {error}", flush=True)
        return False
    finally:
        trees.put(tree)
    failed = FAILED.findall(done.stdout)
    if done.returncode == 1 and failed:
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        print(f"caught       {fault.name}: {failed[0]}{more}", flush=True)
        return True
    print(f"NOT CAUGHT   {fault.name}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}", flush=True)
    return False


def pytest(tree: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run these tests in the tree; bytecode is not kept, because a file may change twice within a second."""
    options = ["-q", "-rf", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "500"}
    try:
        return subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, f"FAILED {' '.join(tests)} - took longer than {SECONDS} s\n", "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
