"""
How a discriminator is shown images, as in main/engine/training/feeds/looks.ts: brighter or darker, flatter or stronger,
tinted, with a square missing. Each is a gain and an offset of every value, so that gradients go through (Zhao et al. 2020,
DiffAugment: colour and cutout).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

# Upper bounds: of brightness, of a colour's own, of contrast's change; of a missing square's side over the image's.
BRIGHTNESS, TINT, CONTRAST, SQUARE = 0.15, 0.05, 0.3, 0.4


@dataclass(frozen=True)
class Look:
    # `[n, 1, height, width]`
    gain: Tensor
    # `[n, channels, height, width]`
    offset: Tensor

    def __call__(self, images: Tensor) -> Tensor:
        return images * self.gain + self.offset


def drawn_numbers(channels: int) -> int:
    """Random numbers that a look takes: of contrast, brightness, whether a square is missing, its side and place, tints."""
    return 6 + channels


def look(uniform: Tensor, height: int, width: int) -> Look:
    """`uniform`: numbers on [0, 1), `[n, drawn_numbers(channels)]`."""
    contrast, brightness, missing, size, left, top = uniform[:, :6].T
    tint = uniform[:, 6:]

    def around(most: float, numbers: Tensor) -> Tensor:
        return most * (2 * numbers - 1)

    contrast = 1 + around(CONTRAST, contrast)
    side = torch.where(missing < 0.5, SQUARE * min(width, height) * size, 0)

    def inside(length: int, place: Tensor) -> Tensor:
        """Which rows or columns a square is in, `[n, length]`."""
        at = torch.arange(length, device=uniform.device)
        first = ((length - side) * place)[:, None]
        return (at >= first) & (at < first + side[:, None])

    seen = ~(inside(height, top)[:, :, None] & inside(width, left)[:, None, :])[:, None]
    shift = (0.5 - 0.5 * contrast + around(BRIGHTNESS, brightness))[:, None] + around(TINT, tint)
    return Look(seen * contrast[:, None, None, None], seen * shift[:, :, None, None])
