"""The update of main/engine/training/optimisers: Adam or Muon, decoupled weight decay, clipping, averaged weights."""

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
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    average_decay: float = 0.99
    epsilon: float = 1e-8
    # Of Adam; None: those of its paper, or of Adam beside Muon.
    betas: tuple[float, float] | None = None


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

    def __init__(self, parameters: list[Tensor], weight_decay: float):
        super().__init__(parameters, {"lr": 0.0, "weight_decay": weight_decay})

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
        self.muon = Muon(inner, config.weight_decay) if inner else None
        mine = set(map(id, inner))
        betas, self.adam_rate = ADAM_BESIDE_MUON if config.kind == "muon" else ADAM
        # Weight decay is for matrices and filters, not for biases, and by the learning rate itself.
        decay = [p for p in parameters if p.dim() > 1 and id(p) not in mine]
        rest = [p for p in parameters if p.dim() <= 1]
        self.adam = torch.optim.AdamW(
            [
                {"params": decay, "weight_decay": config.weight_decay / self.adam_rate},
                {"params": rest, "weight_decay": 0.0},
            ],
            betas=config.betas or betas,
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
    def update(self, rate: float, t: int) -> Tensor:
        """Update number t = 1, 2, … from the gradients that are there. Returns ‖gradient‖₂ before clipping, a scalar."""
        norm = torch.nn.utils.get_total_norm([p.grad for p in self.parameters])
        if self.config.clip_norm:
            factor = torch.clamp(self.config.clip_norm / (norm + 1e-12), max=1.0)
            for p in self.parameters:
                p.grad.mul_(factor)
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = rate * (self.adam_rate if part is self.adam else 1)
            part.step()
        if self.averages:
            # An average of the first few steps alone would remember the random start.
            torch._foreach_lerp_(self.averages, self.parameters, 1 - min(self.config.average_decay, t / (t + 9)))
        return norm

    def final(self) -> list[Tensor]:
        """The weights to keep: the moving average where there is one."""
        return self.averages or [p.detach() for p in self.parameters]
