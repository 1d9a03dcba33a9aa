"""What a fuzzer found: each kind once, with its shortest input and the stack, in a folder."""

import hashlib
import traceback
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def title_of(error: BaseException) -> str:
    """Return what distinguishes one kind of finding from another: the error, and the line of the project it is from."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT / "mmdemo")] or frames[-1:]
    place = f"{ours[-1].filename.removeprefix(f'{_ROOT}/')}:{ours[-1].lineno}" if ours else "nowhere"
    return f"{type(error).__name__} at {place}"


def keep(folder: Path, title: str, data: bytes, details: str) -> None:
    """Write an input and what it led to, unless a shorter input of that kind is there."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / hashlib.sha256(title.encode()).hexdigest()[:12]
    saved = name.with_suffix(".bin")
    if not saved.exists() or len(data) < saved.stat().st_size:
        saved.write_bytes(data)
        name.with_suffix(".txt").write_text(f"{title}\n\n{details}\n", "utf-8", "backslashreplace")
