"""The app's server as a child process, for tests in a real browser."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60
SECONDS_TO_STOP = 1  # it waits longer for open tabs; nothing that it knows is worth that
AS_A_PLAIN_SCRIPT = """
from streamlit.web.server import app_discovery as found
found.discover_asgi_app = lambda path, app_name=None: found.AppDiscoveryResult(False, None, None)
"""
"""What makes Streamlit start like a host that does not look for an application in the script."""


@dataclass(frozen=True)
class Server:
    """A running server: its address without a slash at the end, its process and what it has printed."""

    url: str
    pid: int
    log_file: Path

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")


@contextmanager
def serve(script: str | Path = "app.py", *options: str, before: str = "") -> Iterator[Server]:
    """Run the script's server on a free port until the block ends; before: Python that its process runs first."""
    port = _free_port()
    start = "from streamlit.web import cli; cli.main(prog_name='streamlit')"
    program = ["-c", f"{before}\n{start}"] if before else ["-m", "streamlit"]
    command = [sys.executable, *program, "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", *options]
    with tempfile.TemporaryDirectory(prefix="fusion-lab-server-") as folder:
        log_file = Path(folder, "log")
        with log_file.open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        server = Server(f"http://127.0.0.1:{port}", process.pid, log_file)
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with status {process.returncode}:\n{server.log()}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer within {SECONDS_TO_START} s:\n{server.log()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
