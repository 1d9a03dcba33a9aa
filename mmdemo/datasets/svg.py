"""Render SVG drawings to PNG files, once, in separate processes.

The decoder of images accepts no SVG; a drawing becomes a PNG before it enters a dataset. resvg holds Python's lock
while it draws, so threads do not help: each core gets a process that runs this file as a script.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SIZE = 256  # pixels of the longest side: enough for the encoders (224), in a third of the time for 512
MOST_BYTES = 10_000_000  # of a drawing
SETTINGS = f"resvg 0.5 dpi=96 size={SIZE}"


def png_path(svg: Path, folder: Path) -> Path:
    """Return where in `folder` the PNG of `svg` belongs; the name depends on the drawing and the settings."""
    from mmdemo.storage.reading import read_bytes  # not needed where this file runs as a script

    digest = hashlib.sha256(SETTINGS.encode() + read_bytes(svg, MOST_BYTES)).hexdigest()
    return folder / f"{svg.stem}-{digest[:16]}.png"


def render(svgs: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """Render the drawings that have no PNG in `folder` yet; return the PNG of each, without those that fail.

    Raises RuntimeError where a drawing process is ended from outside.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pngs = {svg: png_path(svg, folder) for svg in svgs}
    jobs = [(str(svg), str(png)) for svg, png in pngs.items() if not png.exists()]
    _in_processes(jobs, count=min(os.cpu_count() or 1, 4, len(jobs)))
    return {svg: png for svg, png in pngs.items() if png.exists()}


def _in_processes(jobs: list[tuple[str, str]], count: int) -> None:
    """Distribute the jobs over `count` processes and wait for all of them."""
    with tempfile.TemporaryFile("w+") as log:
        # -P: this file's folder stays off the import path; -X utf8: paths with any letters pass through stdin.
        command = [sys.executable, "-P", "-X", "utf8", __file__]
        children = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log) for _ in range(count)]
        for number, child in enumerate(children):
            _hand_over(child, jobs[number::count])
        if sum(child.wait() != 0 for child in children):
            log.seek(0)
            raise RuntimeError(f"Rendering the drawings stopped: {log.read().strip()[-500:] or 'process ended'}")


def _hand_over(child: subprocess.Popen[bytes], jobs: list[tuple[str, str]]) -> None:
    """Write the jobs to a child's stdin; the exit status reports a child that has already ended."""
    assert child.stdin is not None
    try:
        with child.stdin as stdin:
            stdin.write(json.dumps(jobs).encode())
    except BrokenPipeError:
        pass


def render_one(svg: str, png: str) -> None:
    """Render one drawing, its longest side SIZE pixels; raise ValueError where it cannot be drawn.

    dpi: files measured in millimetres have no size without it. System fonts are slow to load and differ.
    """
    import resvg_py

    data = resvg_py.svg_to_bytes(svg_path=svg, dpi=96, skip_system_fonts=True, width=SIZE, height=SIZE)
    with tempfile.NamedTemporaryFile(dir=Path(png).parent, suffix=".part", delete=False) as file:
        file.write(data)
    os.replace(file.name, png)


def main() -> None:
    """Render the (svg, png) pairs that stdin holds as JSON; skip those that cannot be drawn."""
    for svg, png in json.load(sys.stdin):
        try:
            render_one(svg, png)
        except ValueError as error:
            print(f"{svg}: {error}", file=sys.stderr)
        except OSError as error:  # the disk is full, or read-only
            sys.exit(error.strerror or str(error))


if __name__ == "__main__":
    main()
