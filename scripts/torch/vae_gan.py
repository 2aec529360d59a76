"""
The VAE-GAN of main/engine/training/objectives/vae-gan.ts (Larsen et al. 2016): a VAE whose decoder is trained against a
discriminator as well, on reconstructions and on draws from the prior.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from discriminator import Judgement
from looks import Look
from objectives import Autoencoder, kl_per_dimension

# Weights of the terms, chosen on portraits of 64 pixels. The squared error is a sum over an image's values and the others
# are means, so that those of encoder and decoder grow with VALUES, those of such a portrait.
RECONSTRUCTION, ADVERSARIAL, FEATURES, PENALTY = 0.5, 12, 400, 60
VALUES = 3 * 64**2
# Standard deviation of the noise of the penalty; images are in 0..1.
PENALTY_NOISE = 0.03


@dataclass(frozen=True)
class AdversarialFeeds:
    """What a step takes."""

    image: Tensor
    # `[n, latent size]` each: of the reparameterisation, and codes drawn from the prior.
    epsilon: Tensor
    draws: Tensor
    # Of the penalty, shaped as the images.
    noise: Tensor
    look: Look
    look_of_draws: Look


class Pictures(nn.Module):
    """What a VAE-GAN shows its discriminator, and the posterior."""

    def __init__(self, model: Autoencoder):
        super().__init__()
        self.model = model

    def forward(self, image: Tensor, epsilon: Tensor, draws: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """→ reconstructions, images of `draws`, μ, log σ²."""
        mu, log_var = self.model.encoder(image)
        z = mu + (0.5 * log_var).exp() * epsilon
        reconstructed, drawn = torch.sigmoid(self.model.decoder(torch.cat([z, draws]))).chunk(2)
        return reconstructed, drawn, mu, log_var


class AdversarialLosses(NamedTuple):
    generator: Tensor
    discriminator: Tensor
    terms: dict[str, Tensor]


def losses(pictures: nn.Module, discriminator: nn.Module, feeds: AdversarialFeeds, beta: float) -> AdversarialLosses:
    """What encoder and decoder minimise, and what the discriminator does, from the same passes."""
    image = feeds.image
    reconstructed, drawn, mu, log_var = pictures(image, feeds.epsilon, feeds.draws)
    seen = feeds.look(image)
    real, near, *shown = discriminator(
        seen, seen + feeds.noise, feeds.look(reconstructed), feeds.look_of_draws(drawn)
    )
    reconstruction = (reconstructed - image).square().flatten(1).sum(1).mean()
    kl = kl_per_dimension(mu, log_var).sum()
    generator, terms = generator_loss(real, shown, reconstruction, beta * kl, image[0].numel())
    judge, judge_terms = discriminator_loss(real, near, shown)
    return AdversarialLosses(generator, judge, {"reconstruction": reconstruction, "kl": kl, **terms, **judge_terms})


def surprise(judgement: Judgement, real: bool) -> Tensor:
    """Mean over the batch and both opinions of −log of the probability that it gives to what is asked for."""
    sign = -1 if real else 1
    return (F.softplus(sign * judgement.whole).mean() + F.softplus(sign * judgement.patches).mean()) / 2


def discriminator_loss(real: Judgement, near: Judgement, shown: list[Judgement]) -> tuple[Tensor, dict[str, Tensor]]:
    """
    `near`: of photographs with a small noise n. Pressing (D(x + n) − D(x))² keeps it smooth: the gradient penalty of
    Mescheder et al. (2018) as a finite difference. `shown`: reconstructions and draws.
    """
    loss = surprise(real, True) + sum(surprise(judgement, False) for judgement in shown) / 2
    penalty = (F.mse_loss(near.whole, real.whole) + F.mse_loss(near.patches, real.patches)) / 2
    return loss + PENALTY * penalty, {"discriminator": loss, "penalty": penalty}


def generator_loss(
    real: Judgement, shown: list[Judgement], reconstruction: Tensor, kl: Tensor, values: int
) -> tuple[Tensor, dict[str, Tensor]]:
    """`kl` comes with its weight; `values` of one image."""
    adversarial = sum(surprise(judgement, True) for judgement in shown) / 2
    features = sum(F.mse_loss(a, b) for a, b in zip(real.features, shown[0].features))
    grown = values / VALUES
    loss = RECONSTRUCTION * reconstruction + grown * (ADVERSARIAL * adversarial + FEATURES * features) + kl
    return loss, {"adversarial": adversarial, "features": features}
