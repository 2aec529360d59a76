"""The objectives of main/engine/training/objectives: what a step minimises, per image."""

import math
from dataclasses import dataclass

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from linear_start import LinearAutoencoder
from networks import NetworkConfig, build


@dataclass(frozen=True)
class ObjectiveConfig:
    kind: str = "vae"
    # The VAE's own.
    likelihood: str = "gaussian"
    free_bits: float = 0.0
    # k of the importance-weighted bound; 1 is the ELBO.
    importance_samples: int = 1
    # The RAE's own: weight of ½‖z‖².
    code_weight: float = 0.1


def squared_errors(logits: Tensor, image: Tensor) -> Tensor:
    """‖x − x̂‖² of each image, `[n]`."""
    return (torch.sigmoid(logits) - image).square().flatten(1).sum(1)


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
        self.encoder, self.decoder = build(network, probabilistic=objective.kind == "vae")
        learned = objective.kind == "vae" and objective.likelihood == "learned-sigma"
        self.log_sigma = nn.Parameter(torch.tensor([math.log(0.25)])) if learned else None
        # What a run begins as, where it begins as PCA.
        self.linear: LinearAutoencoder | None = None

    def encode(self, image: Tensor, share: float = 0) -> tuple[Tensor, Tensor | None]:
        """μ, and log σ² of a VAE. `share`: that of the linear part."""
        mu, log_var = self.encoder(image)
        if share:
            mu = self.linear.code(mu, image, share)
            log_var = None if log_var is None else self.linear.log_variance(log_var, share)
        return mu, log_var

    def decode(self, z: Tensor, share: float = 0) -> Tensor:
        """Logits."""
        logits = self.decoder(z)
        return self.linear.logits(logits, z, share) if share else logits

    def forward(
        self, image: Tensor, epsilon: Tensor | None, beta: float, share: float = 0
    ) -> tuple[Tensor, dict[str, Tensor]]:
        mu, log_var = self.encode(image, share)
        if log_var is not None and self.config.importance_samples > 1:
            return self._importance_weighted(image, mu, log_var, epsilon, share)
        z = mu if log_var is None else mu + (0.5 * log_var).exp() * epsilon
        logits = self.decode(z, share)
        if log_var is not None:
            return self._variational(image, logits, mu, log_var, beta)
        error = squared_errors(logits, image).mean()
        if self.config.kind == "ae":
            return error, {"reconstruction": error}
        code = 0.5 * z.square().sum() / len(z)
        return error + self.config.code_weight * code, {"reconstruction": error, "code": code}

    def _variational(self, image: Tensor, logits: Tensor, mu: Tensor, log_var: Tensor, beta: float):
        per_image, terms = self._negative_log_likelihood(image, logits)
        reconstruction = per_image.mean()
        per_dimension = kl_per_dimension(mu, log_var)
        kl = with_free_bits(per_dimension, self.config.free_bits)
        return reconstruction + beta * kl, {"reconstruction": reconstruction, **terms, "kl": per_dimension.sum()}

    def _importance_weighted(self, image: Tensor, mu: Tensor, log_var: Tensor, epsilon: Tensor, share: float):
        """−L_k with k samples of each image, epsilon `[k·n, d]` sample by sample (Burda et al. 2016)."""
        k = self.config.importance_samples
        deviation = (0.5 * log_var).exp().repeat(k, 1)
        z = mu.repeat(k, 1) + deviation * epsilon
        per_image, terms = self._negative_log_likelihood(image.repeat(k, 1, 1, 1), self.decode(z, share))
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
        posterior = torch.distributions.Normal(mu.repeat(k, 1), deviation).log_prob(z).sum(1)
        log_weights = (prior - posterior - per_image).view(k, -1)
        loss = (math.log(k) - log_weights.logsumexp(0)).mean()
        kl = kl_per_dimension(mu, log_var).sum()
        return loss, {"reconstruction": per_image.mean(), **terms, "kl": kl}

    def _negative_log_likelihood(self, image: Tensor, logits: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        if self.config.likelihood == "bernoulli":
            bits = F.binary_cross_entropy_with_logits(logits, image, reduction="none")
            return bits.flatten(1).sum(1), {}
        errors = squared_errors(logits, image)
        if self.log_sigma is None:
            return errors, {}
        log_sigma = self.log_sigma.sum()
        per_image = 0.5 * torch.exp(-2 * log_sigma) * errors + image[0].numel() * log_sigma
        return per_image, {"squaredError": errors.mean(), "sigma": log_sigma.exp()}


class Reconstruction(nn.Module):
    """Images → what is decoded from their μ, in 0..1."""

    def __init__(self, model: Autoencoder):
        super().__init__()
        self.model = model

    def forward(self, image: Tensor, share: float) -> Tensor:
        mu, _ = self.model.encode(image, share)
        return torch.sigmoid(self.model.decode(mu, share))
