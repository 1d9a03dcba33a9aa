"""What the tests of the queue run in place of `python -m mmdemo`: the first argument says what it does.

Like the real one it takes `--out DIR`, prints JSON lines and leaves a folder with a manifest.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

FOREVER = 600.0


def tell(**event: object) -> None:
    print(json.dumps(event), flush=True)


def stage(name: str, done: float) -> None:
    tell(event="stage", stage=name, done=done)


def out() -> Path:
    return Path(sys.argv[sys.argv.index("--out") + 1])


def succeed(**facts: object) -> None:
    """Leave a folder and the result."""
    if "--out" in sys.argv:
        out().mkdir(parents=True)
        (out() / "manifest.json").write_text("{}")
    tell(classes=["cat", "dog"], **facts)


def half_written() -> None:
    """Start a folder as `whole_folder` does."""
    temporary = out().parent / f".{out().name}-abc"
    temporary.mkdir(parents=True)
    (temporary / "heads.npz").write_text("half")


def quick() -> None:
    stage("load", 1.0)
    succeed(words=sys.argv[2:-5], seconds={"load": 1.0, "fit": 2.0, "total": 3.0})


def wait_for() -> None:
    """Run until the file that the second argument names is there."""
    stage("fit", 0.25)
    while not Path(sys.argv[2]).exists():
        time.sleep(0.01)
    quick()


def hang() -> None:
    half_written()
    print("about to hang", file=sys.stderr, flush=True)
    stage("fit", 0.5)
    time.sleep(FOREVER)


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()


def epochs() -> None:
    stage("features", 0.0)
    for epoch in range(1, 4):
        tell(event="epoch", epoch=epoch, epochs=3, loss=1 / epoch, accuracy=0.5, notes=["not", "kept"])
    succeed()


def bad_input() -> None:
    print("a warning\nError: The data has only one class (cat).", file=sys.stderr)
    sys.exit(2)


def fault() -> None:
    half_written()
    raise RuntimeError("the reason")


def crash_at_import() -> None:
    import no_such_module  # type: ignore[import-not-found]  # noqa: F401


def without_result() -> None:
    stage("load", 1.0)


def garbage() -> None:
    sys.stdout.buffer.write(b'\xff\xfe\x00 not json\n[1, 2]\n"word"\n7\n{"event"\n' + b"[" * 100_000 + b"\n")
    sys.stdout.buffer.write(
        b'{"event": "stage", "stage": 5, "done": "x"}\n{"event": "stage", "stage": "fit", "done": NaN}\n'
    )
    sys.stdout.buffer.write(b'{"event": 3}\n{"event": "stage", "stage": "fit", "done": 7}\n')
    sys.stdout.buffer.write(b'{"event": "stage", "stage": "fit", "done": 1' + b"0" * 4000 + b"}\n")
    sys.stdout.buffer.write(b'{"a":' * 900 + b"1" + b"}" * 900 + b"\n")
    sys.stderr.buffer.write(b"\x1b[31mred\x1b[0m \xff\r  5%\r 10%\n\n\x07bell\n")
    succeed()


def flood() -> None:
    sys.stdout.write("x" * 3_000_000 + "\n")
    for number in range(5_000):
        tell(event="epoch", epoch=number)
        print(f"line {number} " + "y" * 2000, file=sys.stderr)
    sys.stderr.write("z" * 3_000_000)
    succeed()


def mute() -> None:
    """Close stdout and hang, with the result told or not."""
    if sys.argv[2] == "told":
        succeed()
    os.close(1)
    time.sleep(FOREVER)


def start_helper() -> None:
    """Start a process that holds the output open, and write its id to the file that the second argument names."""
    helper = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({FOREVER})"])
    Path(sys.argv[2]).write_text(str(helper.pid))


def leave_helper() -> None:
    start_helper()
    succeed()


def hang_with_helper() -> None:
    start_helper()
    hang()


def surroundings() -> None:
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    succeed(nice=niceness, cwd=os.getcwd(), leads=os.getpgid(0) == os.getpid(), threads=os.environ["OMP_NUM_THREADS"])


if __name__ == "__main__":
    globals()[sys.argv[1]]()
