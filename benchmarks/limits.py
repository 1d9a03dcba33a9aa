"""How close the models come to the best possible accuracy: on the homonyms, where it is known."""

from dataclasses import asdict

from benchmarks.report import Report, Table, Target, interval
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.model.heads import head_title
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.train import train

PAIRS = 1200
DATA_SEED = 42
_NEAR = {"image": 0.05, "text": 0.05, "fused": 0.03}


def measure() -> Report:
    """Return each head's accuracy beside its limit."""
    dataset = homonyms(n=PAIRS, seed=DATA_SEED)
    found = train(dataset, ModelConfig(), cache=FeatureCache(cache_dir() / "features")).evaluation
    limits = dict(dataset.limits or {})
    away = {head: one.accuracy - limits[head] for head, one in found.heads.items()}
    titles = {head: head_title(head, dataset.modalities) for head in found.heads}
    return Report(
        title="Accuracy on the homonyms, and the best possible",
        table=Table(
            ("model", "accuracy", "best possible", "difference"),
            [
                (
                    titles[head],
                    interval(one.accuracy, one.ci95),
                    f"{limits[head]:.3f}",
                    f"{away[head]:+.3f}".replace("-", "−"),
                )
                for head, one in found.heads.items()
            ],
        ),
        targets=[
            Target(f"{titles[head]}, distance from the best possible:", abs(away[head]), "≤", _NEAR[head])
            for head in found.heads
        ],
        notes=(
            f"{PAIRS:,} drawn pairs (data seed {DATA_SEED}) in five folds, each held out once; default encoders. In "
            "brackets the 95 % interval.",
            "The best possible is the expected accuracy of an ideal classifier; on a limited number of held-out pairs, "
            "chance moves a result to either side of it.",
        ),
        numbers={"limits": limits, "evaluation": asdict(found)},
    )
