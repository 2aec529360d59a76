"""When a run does what, and how fast: the phases and schedules of main/engine/training/trainer.ts."""

import math
from dataclasses import dataclass

# Share of the learning rate at which encoder and decoder go on against a discriminator, and at which that learns.
GENERATOR_RATE, DISCRIMINATOR_RATE = 0.1, 0.2
# Steps over which it rises at first, and the share of the adversarial steps over which it falls at the end.
RISE, FALL = 200, 0.4


def rounded(x: float) -> int:
    """As JavaScript rounds: halves up."""
    return math.floor(x + 0.5)


@dataclass(frozen=True)
class Schedule:
    """Of a run of `steps` steps. Steps are counted from 0: `step` are done before."""

    steps: int
    learning_rate: float
    # 'constant'; 'cosine': down to 5 % by the last step; 'staircase': that of the IWAE paper. The others rise over the
    # first 1 %.
    kind: str = "cosine"
    beta: float = 1.0
    # Share of the run over which β rises from 0.
    warm_up: float = 0.0
    # Share of the run, at its end, in which a discriminator takes part.
    adversarial: float = 0.0
    # Share of the run, at its start, over which PCA hands over to the networks.
    linear_start: float = 0.0

    @property
    def adversarial_from(self) -> float:
        """The step from which on a discriminator takes part; infinite where none does."""
        return rounded((1 - self.adversarial) * self.steps) if self.adversarial else math.inf

    @property
    def linear_until(self) -> int:
        """Steps that a linear part takes part in."""
        return rounded(self.linear_start * self.steps)

    def is_adversarial(self, step: int) -> bool:
        return step >= self.adversarial_from

    def linear_share(self, step: int) -> float:
        """Share that a linear part has in what the networks make of an image."""
        return max(0.0, 1 - step / self.linear_until) if self.linear_until else 0.0

    def done(self, step: int) -> float:
        """Share that is over, 0..1, of what comes before a discriminator."""
        before = min(self.steps, self.adversarial_from)
        return min(1.0, step / before) if before else 1.0

    def rate(self, step: int) -> float:
        """The learning rate of encoder and decoder."""
        if self.is_adversarial(step):
            first = self.adversarial_from
            share = min(1, (step - first + 1) / RISE, (self.steps - step) / ((self.steps - first) * FALL))
            return self.learning_rate * GENERATOR_RATE * share
        warm = 1.0 if self.kind == "staircase" else min(1.0, (step + 1) / max(1.0, self.steps / 100))
        return self.learning_rate * warm * cooling(self.kind, self.done(step))

    @property
    def discriminator_rate(self) -> float:
        return self.learning_rate * DISCRIMINATOR_RATE

    def beta_at(self, step: int) -> float:
        """The weight of the KL term."""
        return self.beta * (min(1.0, self.done(step) / self.warm_up) if self.warm_up else 1.0)


def cooling(kind: str, done: float) -> float:
    """Share of the learning rate that is left when `done`, 0..1, of the run is over."""
    if kind == "constant":
        return 1.0
    if kind == "cosine":
        return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done))
    # Stair i = 0..7 lasts 3^i of all 3280 parts (Burda et al. 2016, section 5).
    return 10 ** (-min(7, math.floor(math.log(2 * 3280 * done + 1) / math.log(3) + 1e-9)) / 7)
