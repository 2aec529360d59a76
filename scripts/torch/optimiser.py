"""Schedules and the update of main/engine/training: Adam or Muon, decoupled weight decay, clipping, averaged weights."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

# β₁ and β₂ of Adam, and what its learning rate is multiplied by: as in its paper, and for the weights that Muon leaves.
ADAM = ((0.9, 0.999), 1)
ADAM_BESIDE_MUON = ((0.9, 0.99), 4)


@dataclass(frozen=True)
class OptimiserConfig:
    # 'adam', or 'muon' for the matrices between the first and the last layer and Adam for the rest.
    kind: str = "muon"
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


# Newton–Schulz steps of Muon, and the polynomial a·σ + b·σ³ + c·σ⁵ that each applies to the singular values.
MUON_STEPS = 5
MUON_A, MUON_B, MUON_C = 3.4445, -4.775, 2.0315


def orthogonalise(x: Tensor) -> Tensor:
    """U·Vᵀ of a matrix x = U·Σ·Vᵀ, about (Jordan et al. 2024), in the precision of x."""
    if len(x) > len(x.T):
        return orthogonalise(x.T).T
    x = x / (x.norm() + 1e-7)
    for _ in range(MUON_STEPS):
        s = x @ x.T
        x = MUON_A * x + (MUON_B * s + MUON_C * s @ s) @ x
    return x


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal; every entry moves by about 0.8 of the rate (Liu et al. 2025). `torch.optim.Muon` takes matrices alone."""

    MOMENTUM = 0.95
    ENTRY = 0.8

    def __init__(self, parameters: list[Tensor], lr: float, weight_decay: float):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                momentum = self.state[p].setdefault("momentum", torch.zeros_like(p))
                momentum.mul_(self.MOMENTUM).add_(p.grad)
                ahead = p.grad + self.MOMENTUM * momentum
                matrix = ahead.flatten(1)
                step = orthogonalise(matrix) * self.ENTRY * math.sqrt(max(matrix.shape))
                p.mul_(1 - group["lr"] * group["weight_decay"]).sub_(group["lr"] * step.view_as(p))


class Optimiser:
    """`outer`: the weights that read or draw the image."""

    def __init__(self, parameters: list[Tensor], outer: list[Tensor], config: OptimiserConfig):
        self.parameters = parameters
        self.config = config
        apart = set(map(id, outer))
        inner = [p for p in parameters if p.dim() > 1 and id(p) not in apart and config.kind == "muon"]
        self.muon = Muon(inner, config.learning_rate, config.weight_decay) if inner else None
        mine = set(map(id, inner))
        betas, self.adam_rate = ADAM_BESIDE_MUON if config.kind == "muon" else ADAM
        # Weight decay is for matrices and filters, not for biases.
        decay = [p for p in parameters if p.dim() > 1 and id(p) not in mine]
        rest = [p for p in parameters if p.dim() <= 1]
        self.adam = torch.optim.AdamW(
            [{"params": decay, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}],
            lr=config.learning_rate,
            betas=betas,
            eps=config.epsilon,
        )
        self.averages = [p.detach().clone() for p in parameters] if config.average_decay else None

    @property
    def parts(self) -> list[torch.optim.Optimizer]:
        return [part for part in (self.adam, self.muon) if part]

    def zero_grad(self) -> None:
        for part in self.parts:
            part.zero_grad()

    def state(self) -> list[dict]:
        return [part.state_dict() for part in self.parts]

    def restore(self, states: list[dict]) -> None:
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)

    @torch.no_grad()
    def update(self, step: int, steps: int) -> Tensor:
        """One update from the gradients that are there. Returns ‖gradient‖₂ before clipping, a scalar."""
        norm = torch.nn.utils.get_total_norm([p.grad for p in self.parameters])
        if self.config.clip_norm:
            factor = torch.clamp(self.config.clip_norm / (norm + 1e-12), max=1.0)
            for p in self.parameters:
                p.grad.mul_(factor)
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = learning_rate(self.config, step, steps) * (self.adam_rate if part is self.adam else 1)
            part.step()
        if self.averages:
            t = step + 1
            # An average of the first few steps alone would remember the random start.
            torch._foreach_lerp_(self.averages, self.parameters, 1 - min(self.config.average_decay, t / (t + 9)))
        return norm

    def final(self) -> list[Tensor]:
        """The weights to keep: the moving average where there is one."""
        return self.averages or [p.detach() for p in self.parameters]
