"""
A run that begins as PCA and hands over to its networks, as in main/engine/training/linear-start.ts: codes and logits are
mixtures of what a linear autoencoder makes of an image and of what the networks make of it. The linear one does not learn,
and its share falls from 1 to 0.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# Of the posteriors that a VAE begins with: log σ², narrow enough for the decoder to see which image it is.
LOG_VARIANCE = -2
# Images it is fitted to: enough to see what they have in common.
IMAGES = 512
# Pure black and white have no logit.
LEAST = 0.02


@dataclass(frozen=True)
class LinearAutoencoder:
    """Its codes have mean 0 and variance 1 in each direction; images are `[n, channels, height, width]` in 0..1."""

    # code = image · encode + origin: `[values, latent size]` and `[latent size]`
    encode: Tensor
    origin: Tensor
    # logits = code · decode + mean: `[latent size, values]` and `[values]`
    decode: Tensor
    mean: Tensor

    def to(self, like: Tensor) -> "LinearAutoencoder":
        """On the device and in the precision of `like`."""
        return LinearAutoencoder(*(part.to(like) for part in (self.encode, self.origin, self.decode, self.mean)))

    def code(self, network: Tensor, image: Tensor, share: float) -> Tensor:
        """`network`: the code that the encoder finds."""
        return torch.lerp(network, image.flatten(1) @ self.encode + self.origin, share)

    def log_variance(self, network: Tensor, share: float) -> Tensor:
        return torch.lerp(network, torch.full_like(network, LOG_VARIANCE), share)

    def logits(self, network: Tensor, z: Tensor, share: float) -> Tensor:
        """`network`: the logits that the decoder finds."""
        return torch.lerp(network, (z @ self.decode + self.mean).view_as(network), share)


def fit(pixels: np.ndarray, latent_size: int) -> LinearAutoencoder:
    """
    The principal components of images `[count, channels, height, width]`, bytes, each divided by its standard deviation; the
    decoder is the regression of their logits on these codes. Directions beyond those that the images have are zero. The app
    (main/engine/runs/linear-start/fit.ts) searches the components in a few passes; here they are computed to the end.
    """
    used = min(len(pixels), IMAGES)
    images = pixels[[k * len(pixels) // used for k in range(used)]].reshape(used, -1) / 255
    mean = images.mean(0)
    clipped = images.clip(LEAST, 1 - LEAST)
    logits = np.log(clipped / (1 - clipped))
    directions, sizes, components = np.linalg.svd(images - mean, full_matrices=False)
    deviations = sizes / np.sqrt(used)
    encode, decode = np.zeros((images.shape[1], latent_size)), np.zeros((latent_size, images.shape[1]))
    for k in range(min(latent_size, used - 1, images.shape[1])):
        if deviations[k] < 1e-6:  # nothing varies along it but rounding
            break
        # Of the two directions of a component, that in which its largest entry is positive.
        sign = np.sign(components[k, np.abs(components[k]).argmax()])
        encode[:, k] = sign * components[k] / deviations[k]
        decode[k] = sign * directions[:, k] @ logits / np.sqrt(used)
    parts = encode, -mean @ encode, decode, logits.mean(0)
    return LinearAutoencoder(*(torch.from_numpy(part).float() for part in parts))
