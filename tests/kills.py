"""Trainings killed at random moments: `python -m tests.kills [ROUNDS]`.

Each round starts a queue in a process of its own, as the server has, with a training of small data; then the training
or the queue's process gets SIGKILL or SIGTERM. What is listed afterwards must be whole, nothing that was shown as done
may be lost, and no training may go on without its parent.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from mmdemo.bundles.bundle import load
from mmdemo.jobs.run_folders import ID, RunFolders

SERVER = """
import sys, time
from pathlib import Path
from mmdemo.jobs.queue import JobQueue

queue = JobQueue(Path(sys.argv[1]))
train = ["train", "--data", "homonyms", "--set", "data.n=80", "--image-encoder", "none", "--text-encoder", "tfidf"]
job = queue.submit([*train, "--C", "3", "--seed", sys.argv[2]], "ann")  # another each time: equal ones are made once
print(job.id, flush=True)
job.ended.wait()
print(job.snapshot("ann").state.value, flush=True)
queue.close()
"""
LONGEST = 4.0  # seconds until the signal; a training takes about 3


def trainings_of(run: str) -> list[psutil.Process]:
    """The processes that train this run, whoever their parent is."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if run in " ".join(process.info["cmdline"] or ()) and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def one_round(runs: Path, moments: random.Random, counts: Counter[str]) -> None:
    """Start, kill and check one training."""
    command = [sys.executable, "-c", SERVER, str(runs), str(moments.randrange(10**9))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        run = server.stdout.readline().strip()
        assert ID.fullmatch(run), "the queue did not start"
        time.sleep(moments.uniform(0, LONGEST))
        whom, ending = moments.choice(["child", "parent"]), moments.choice([signal.SIGKILL, signal.SIGTERM])
        victims = trainings_of(run) if whom == "child" else [psutil.Process(server.pid)]
        for victim in victims:
            victim.send_signal(ending)
        said = server.stdout.read().strip()  # until it ends
    until = time.monotonic() + 10
    while (left := trainings_of(run)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left, "a training goes on without its parent"
    counts[f"{whom} {ending.name}{'' if victims else ' (too late)'}: {said or 'no word'}"] += 1
    kept = RunFolders(runs)
    assert said != "done" or kept.holds(run), "what was shown as done is lost"
    for listed in kept.ids():
        load(kept.folder(listed))
    counts["whole models listed"] = len(kept.ids())
    counts["hidden leftovers"] = len([path for path in runs.glob(".*") if path.is_dir()])


def main(rounds: int) -> None:
    """Kill so many trainings and print what happened."""
    moments, counts = random.Random(rounds), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="fusion-lab-kills-") as folder:
        os.environ |= {"MMDEMO_CACHE_DIR": f"{folder}/cache", "MMDEMO_RUNS_DIR": f"{folder}/runs"}
        for _ in range(rounds):
            one_round(Path(folder) / "runs", moments, counts)
    print(json.dumps({"rounds": rounds, **dict(sorted(counts.items()))}, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
