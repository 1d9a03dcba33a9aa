"""Fuzz the readers: `python -m tests.fuzz [--seconds N] [--driver D] [--seed N] [TARGET…]`.

Exit 0 when nothing was found, else 1; what was found lies in `build/fuzz/TARGET/`.
"""

import argparse
import random
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.fuzz.campaign import DRIVERS, ROOT, Result, fuzz
from tests.fuzz.targets import TARGETS

FINDINGS = ROOT / "build" / "fuzz"
PROCESSES = 2
_FORM = "{:<16} {:<10} {:>10} {:>8} {:>10} {:>10} {:>8} {:>11} {:>7}"
_HEAD = ("target", "driver", "inputs", "inputs/s", "refused", "accepted", "findings", "slowest ms", "MB")


def main() -> int:
    """Return the exit status after fuzzing the targets that the command line names, by default all."""
    options = _options()
    names = options.target or list(TARGETS)
    seconds = options.seconds * min(PROCESSES, len(names)) / len(names)
    seed = random.SystemRandom().randrange(2**31) if options.seed is None else options.seed

    def one(name: str) -> Result:
        return fuzz(TARGETS[name], options.driver, seconds, seed, FINDINGS / name)

    print(f"{seconds:.0f} s a target, seed {seed}\n{_FORM.format(*_HEAD)}", flush=True)
    found = 0
    with ThreadPoolExecutor(PROCESSES) as threads:
        for name, result in zip(names, threads.map(one, names), strict=True):
            print(_line(name, result), flush=True)
            found += len(result.findings)
    print(f"{found} findings" + (f": see {FINDINGS.relative_to(ROOT)}/" if found else "."))
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=600, help="on the clock, for all targets together [600]")
    parser.add_argument("--driver", choices=DRIVERS, default=DRIVERS[-1], help="[atheris where it is installed]")
    parser.add_argument("--seed", type=int, help="the same gives the same inputs [by chance]")
    parser.add_argument("target", nargs="*", choices=[[], *TARGETS], metavar="TARGET")
    return parser.parse_args()


def _line(name: str, result: Result) -> str:
    counts = (result.refused, result.accepted, len(result.findings))
    rate = result.ran / max(result.seconds, 0.1)
    line = _FORM.format(
        name,
        result.driver,
        f"{result.ran:,}",
        f"{rate:,.0f}",
        *(f"{count:,}" for count in counts),
        f"{result.slowest:,.0f}",
        f"{result.most:,.0f}",
    )
    return "\n".join([line, *(f"  {title} ({count:,} times)" for title, count in result.findings.items())])


if __name__ == "__main__":
    sys.exit(main())
