"""The share of the fitting that is done: networks are trained and regressions fitted in turn."""

from mmdemo.model.config import ModelConfig
from mmdemo.training.clock import Clock
from mmdemo.training.estimate import stage_seconds
from mmdemo.training.networks import Networks
from mmdemo.training.plan import Plan


class FitProgress:
    """Adds up two kinds of work, so that the stage's share only rises, whichever of them goes on.

    networks: takes what is reported of the networks that are trained.
    """

    def __init__(self, clock: Clock, config: ModelConfig, plan: Plan, pairs: int, classes: int) -> None:
        trained = sum(part.trained for name in config.encoders for part in config.build_encoder(name).parts)
        seconds = stage_seconds(config, pairs, classes)
        self._clock, self._weight = clock, seconds.networks / seconds.stages["fit"] if trained else 0.0
        self._regressions, self._networks = 0.0, 0.0
        self.networks = Networks(max(1, trained * len(plan.all_fits)), clock.on_progress, self._trained)

    def regressions(self, done: float) -> None:
        """Report the share (0–1) of the regressions that is done."""
        self._regressions = done
        self._tell()

    def _trained(self, done: float) -> None:
        self._networks = done
        self._tell()

    def _tell(self) -> None:
        self._clock.report((1 - self._weight) * self._regressions + self._weight * self._networks)
