"""How close the models come to the best possible accuracy: on the homonyms, where it is known."""

from benchmarks.report import Report, Table, Target, interval
from benchmarks.trained import trained_row
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig

PAIRS = 1200
DATA_SEED = 42
_NEAR = {"image": 0.05, "text": 0.05, "fused": 0.03}


def measure() -> Report:
    """Return each head's accuracy beside its limit."""
    dataset = homonyms(n=PAIRS, seed=DATA_SEED)
    found = trained_row(ModelConfig(), dataset).evaluation
    means = found.accuracies()
    limits = dict(dataset.limits or {})
    away = {head: mean - limits[head] for head, (mean, _) in means.items()}
    titles = {"image": "image alone", "text": "caption alone", "fused": "both"}
    return Report(
        title="Accuracy on the homonyms, and the best possible",
        table=Table(
            ("model", "accuracy", "best possible", "difference"),
            [
                (titles[head], interval(*means[head]), f"{limits[head]:.3f}", f"{away[head]:+.3f}".replace("-", "−"))
                for head in means
            ],
        ),
        targets=[
            Target(f"{titles[head].capitalize()}, distance from the best possible:", abs(away[head]), "≤", _NEAR[head])
            for head in means
        ],
        notes=(
            f"{PAIRS:,} drawn pairs (data seed {DATA_SEED}), default encoders; {found.basis}; 95 % intervals from "
            "resampling groups of pairs.",
            "The best possible is the expected accuracy of an ideal classifier; on a few hundred held-out pairs, "
            "chance moves a result to either side of it.",
        ),
        numbers={
            "limits": limits,
            "accuracy": {head: mean for head, (mean, _) in means.items()},
        },
    )
