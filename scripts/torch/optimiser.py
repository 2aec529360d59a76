"""Schedules and the update of main/engine/training: Adam with decoupled weight decay, clipping, averaged weights."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

BETA1, BETA2 = 0.9, 0.999


@dataclass(frozen=True)
class OptimiserConfig:
    learning_rate: float = 1e-3
    # 'constant'; 'cosine': down to 5 % by the last step; 'staircase': that of the IWAE paper. The others rise over the
    # first 1 %.
    schedule: str = "cosine"
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    average_decay: float = 0.99
    epsilon: float = 1e-8


def learning_rate(config: OptimiserConfig, step: int, steps: int) -> float:
    """The rate of the update after `step` steps of a run of `steps`."""
    warm = 1.0 if config.schedule == "staircase" else min(1.0, (step + 1) / max(1.0, steps / 100))
    return config.learning_rate * warm * cooling(config.schedule, min(1.0, step / steps))


def cooling(schedule: str, done: float) -> float:
    """Share of the learning rate that is left when `done`, 0..1, of the run is over."""
    if schedule == "constant":
        return 1.0
    if schedule == "cosine":
        return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done))
    # Stair i = 0..7 lasts 3^i of all 3280 parts (Burda et al. 2016, section 5).
    return 10 ** (-min(7, math.floor(math.log(2 * 3280 * done + 1) / math.log(3) + 1e-9)) / 7)


def beta(target: float, warm_up: float, step: int, steps: int) -> float:
    """The weight of the KL term, which rises over the first share `warm_up` of the run."""
    return target * (min(1.0, step / steps / warm_up) if warm_up else 1.0)


class Optimiser:
    def __init__(self, parameters: list[Tensor], config: OptimiserConfig):
        self.parameters = parameters
        self.config = config
        # Weight decay is for matrices and filters, not for biases.
        decay = [p for p in parameters if p.dim() > 1]
        rest = [p for p in parameters if p.dim() <= 1]
        self.adam = torch.optim.AdamW(
            [{"params": decay, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}],
            lr=config.learning_rate,
            betas=(BETA1, BETA2),
            eps=config.epsilon,
        )
        self.averages = [p.detach().clone() for p in parameters] if config.average_decay else None

    @torch.no_grad()
    def update(self, step: int, steps: int) -> Tensor:
        """One update from the gradients that are there. Returns ‖gradient‖₂ before clipping, a scalar."""
        norm = torch.nn.utils.get_total_norm([p.grad for p in self.parameters])
        if self.config.clip_norm:
            factor = torch.clamp(self.config.clip_norm / (norm + 1e-12), max=1.0)
            for p in self.parameters:
                p.grad.mul_(factor)
        for group in self.adam.param_groups:
            group["lr"] = learning_rate(self.config, step, steps)
        self.adam.step()
        if self.averages:
            t = step + 1
            # An average of the first few steps alone would remember the random start.
            torch._foreach_lerp_(self.averages, self.parameters, 1 - min(self.config.average_decay, t / (t + 9)))
        return norm

    def final(self) -> list[Tensor]:
        """The weights to keep: the moving average where there is one."""
        return self.averages or [p.detach() for p in self.parameters]
