"""The objectives of main/engine/training/objectives: what a step minimises, per image."""

import math
from dataclasses import dataclass

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from networks import Decoder, Encoder, NetworkConfig


@dataclass(frozen=True)
class ObjectiveConfig:
    kind: str = "vae"
    # The VAE's own.
    likelihood: str = "gaussian"
    beta: float = 1.0
    warm_up: float = 0.0
    free_bits: float = 0.0
    # The RAE's own: weight of ½‖z‖².
    code_weight: float = 0.1


def squared_error(logits: Tensor, image: Tensor) -> Tensor:
    """‖x − x̂‖² per image."""
    return (torch.sigmoid(logits) - image).square().sum() / len(image)


def kl_per_dimension(mu: Tensor, log_var: Tensor) -> Tensor:
    """½ (μ² + σ² − log σ² − 1), averaged over the batch (Kingma & Welling 2014, appendix B)."""
    return 0.5 * (mu.square() + log_var.exp() - log_var - 1).mean(0)


def with_free_bits(per_dimension: Tensor, free_bits: float) -> Tensor:
    """
    Σ_d max(λ, KL_d) (Kingma et al. 2016). KL_d is the mean over the batch of all processes: which dimensions
    are pressed is decided by that one, so that many processes do what one with the whole batch would do.
    """
    if not free_bits:
        return per_dimension.sum()
    mean = per_dimension.detach().clone()
    if dist.is_initialized():
        dist.all_reduce(mean)
        mean /= dist.get_world_size()
    return torch.where(mean > free_bits, per_dimension, torch.full_like(mean, free_bits)).sum()


class Autoencoder(nn.Module):
    """Encoder, decoder and objective in one: images and noise → loss and its terms."""

    def __init__(self, network: NetworkConfig, objective: ObjectiveConfig):
        super().__init__()
        self.config = objective
        self.encoder = Encoder(network, probabilistic=objective.kind == "vae")
        self.decoder = Decoder(network)
        learned = objective.kind == "vae" and objective.likelihood == "learned-sigma"
        self.log_sigma = nn.Parameter(torch.tensor([math.log(0.25)])) if learned else None

    def forward(self, image: Tensor, epsilon: Tensor | None, beta: float) -> tuple[Tensor, dict[str, Tensor]]:
        mu, log_var = self.encoder(image)
        z = mu if log_var is None else mu + (0.5 * log_var).exp() * epsilon
        logits = self.decoder(z)
        if log_var is not None:
            return self._variational(image, logits, mu, log_var, beta)
        error = squared_error(logits, image)
        if self.config.kind == "ae":
            return error, {"reconstruction": error}
        code = 0.5 * z.square().sum() / len(z)
        return error + self.config.code_weight * code, {"reconstruction": error, "code": code}

    def _variational(self, image: Tensor, logits: Tensor, mu: Tensor, log_var: Tensor, beta: float):
        reconstruction, terms = self._negative_log_likelihood(image, logits)
        per_dimension = kl_per_dimension(mu, log_var)
        kl = with_free_bits(per_dimension, self.config.free_bits)
        return reconstruction + beta * kl, {**terms, "kl": per_dimension.sum()}

    def _negative_log_likelihood(self, image: Tensor, logits: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        if self.config.likelihood == "bernoulli":
            loss = F.binary_cross_entropy_with_logits(logits, image, reduction="sum") / len(image)
            return loss, {"reconstruction": loss}
        error = squared_error(logits, image)
        if self.log_sigma is None:
            return error, {"reconstruction": error}
        log_sigma = self.log_sigma.sum()
        loss = 0.5 * torch.exp(-2 * log_sigma) * error + image[0].numel() * log_sigma
        return loss, {"reconstruction": loss, "squaredError": error, "sigma": log_sigma.exp()}
