"""The program of a worker: `python -m tests.fuzz.worker ADDRESS DRIVER SECONDS SEED FINDINGS WORK`.

It ends by itself after so many seconds, or a few inputs if they take longer; its parent sees hangs and crashes.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

LEAST = 25  # mutated inputs, however busy the machine


def main(address: str, driver: str, seconds: str, seed: str, findings: str, work: str) -> None:
    """Fuzz the target at an address."""
    os.environ |= {"MMDEMO_CACHE_DIR": f"{work}/cache", "MMDEMO_RUNS_DIR": f"{work}/runs"}
    instrumented = _instrumented() if driver == "atheris" else nullcontext()
    with instrumented:
        from tests.fuzz.target import target_at
        from tests.fuzz.watch import Watch

        target = target_at(address)
        place = Path(work, "target")
        place.mkdir(exist_ok=True)
        reader = target.make(place)
        seeds = [one for one in target.seeds() if len(one) <= target.longest]
        watch = Watch(target, reader, Path(findings), Path(work))
        for one in seeds:
            watch.try_one(one)
    watch.bound()
    end, least = time.monotonic() + float(seconds), watch.report.ran + LEAST

    def over() -> bool:
        return time.monotonic() > end and watch.report.ran >= least

    if driver == "atheris":
        _drive_atheris(target, seeds, watch, over, int(seed), Path(findings) / "corpus")
    else:
        from tests.fuzz.mutations import drive, mutated

        drive(mutated(seeds, target.tokens, target.longest), watch.try_one, over, int(seed))
    _finish(watch)


def _instrumented() -> Any:
    import atheris

    return atheris.instrument_imports(include=["mmdemo"])


def _drive_atheris(
    target: Any, seeds: list[bytes], watch: Any, over: Callable[[], bool], seed: int, corpus: Path
) -> None:
    import atheris

    corpus.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(one)
    words = corpus.with_name("tokens")
    tokens = target.tokens or (b"\0",)  # libFuzzer refuses an empty list
    words.write_text("".join(f'"{"".join(f"{chr(92)}x{byte:02x}" for byte in token)}"\n' for token in tokens))

    def run(data: bytes) -> None:
        if over():
            _finish(watch)  # libFuzzer never returns
        watch.try_one(data)

    options = [
        f"-max_len={target.longest}",
        f"-seed={seed + 1}",
        "-rss_limit_mb=0",
        "-timeout=100000",
        f"-dict={words}",
    ]
    atheris.Setup([sys.argv[0], *options, "-len_control=20", "-verbosity=0", str(corpus)], run)
    atheris.Fuzz()


def _finish(watch: Any) -> None:
    watch.report.done = True
    watch.tell()
    os._exit(0)  # libraries' threads must not keep it


if __name__ == "__main__":
    main(*sys.argv[1:])
