"""What a piece of code costs in a process of its own: CPU seconds and memory, against a budget."""

import ast
import gc
import importlib
import json
import math
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.pace import slowness

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 10**6
_SLOWEST = 2  # times as slow as an idle machine: the process ends after so much more than the budget
_SPARE = 1_000  # megabytes beyond the budget at which the process runs out, so that a failing test harms no other


@dataclass(frozen=True)
class Spent:
    """What a call cost.

    cpu: seconds of all its threads and children that ended, at the pace of an idle machine.
    megabytes: growth of the resident memory at its peak, 10^6 bytes.
    output: what it wrote to stdout.
    """

    cpu: float
    megabytes: float
    output: str


def run_within(code_or_function: str, *args: str, cpu: float, megabytes: float, stdin: bytes = b"") -> Spent:
    """Run code, or the function "module:name" with args, in a process of its own; return what it cost.

    The module's import, or the imports at the code's top, happen before anything is measured. Code finds args in
    `sys.argv[1:]`; stdin is at `sys.stdin.buffer` for both.

    cpu: seconds that it may take. megabytes: by which its memory may grow.

    Raises AssertionError if it ends with an exception, or goes beyond either.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.budget", str(math.ceil(cpu) * _SLOWEST), str(megabytes), code_or_function, *args],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        check=False,
    )
    errors = done.stderr.decode(errors="replace")
    assert done.returncode == 0, f"ended with {done.returncode} within {cpu} CPU-s and {megabytes} MB:\n{errors}"
    output, _, measured = done.stdout.decode(errors="replace").rstrip("\n").rpartition("\n")
    spent = Spent(**json.loads(measured), output=output)
    assert spent.cpu <= cpu, f"{spent.cpu:.2f} CPU-s, more than {cpu}"
    assert spent.megabytes <= megabytes, f"{spent.megabytes:.0f} MB, more than {megabytes}"
    return spent


def _prepared(code_or_function: str, args: list[str]) -> Callable[[], object]:
    """Import what is needed; return what remains to be done."""
    module, colon, name = code_or_function.partition(":")
    if colon and name.isidentifier():
        function = getattr(importlib.import_module(module), name)
        return lambda: function(*args)
    tree = ast.parse(code_or_function)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [node for node in tree.body if node not in imports]
    names: dict[str, object] = {"__name__": "__main__"}
    sys.argv = ["-c", *args]
    exec(compile(ast.Module(imports, []), "<imports>", "exec"), names)
    measured = compile(ast.Module(rest, []), "<measured>", "exec")
    return lambda: exec(measured, names)


def _main(seconds: int, megabytes: float, code_or_function: str, *args: str) -> None:
    measured = _prepared(code_or_function, list(args))
    gc.collect()
    _limit(resource.RLIMIT_CPU, math.ceil(_cpu()) + seconds)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_DATA, _status("VmData") + int((megabytes + _SPARE) * MEGABYTE))
    with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # forget the peak of the imports; elsewhere their peak may hide a part of what follows
    before, memory, started = slowness(), _peak(), _cpu()
    measured()
    cpu, peak = _cpu() - started, _peak()
    spent = {"cpu": cpu / max(before, slowness()), "megabytes": (peak - memory) / MEGABYTE}
    sys.stdout.flush()
    os.write(1, b"\n" + json.dumps(spent).encode() + b"\n")


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _peak() -> int:
    """Bytes of memory at the peak until now."""
    if sys.platform == "linux":
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    _main(int(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:])
