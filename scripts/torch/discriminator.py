"""
What tells photographs from what the decoder draws: the discriminator of main/engine/training/discriminator.ts, with the
same parameters under the same names.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from networks import WIDTHS, NetworkConfig, Weight, halve, normal, zeros

SLOPE = 0.2


@dataclass(frozen=True)
class Judgement:
    """Above 0 for photographs: of the whole image and of its patches (Isola et al. 2017, section 3.2.2), `[n, 1]` each."""

    whole: Tensor
    patches: Tensor
    # What each layer sees, outermost first.
    features: list[Tensor]

    def halves(self) -> tuple["Judgement", "Judgement"]:
        """Of a batch that was put together of two."""
        (whole, other_whole), (patches, other_patches) = self.whole.chunk(2), self.patches.chunk(2)
        features = [seen.chunk(2) for seen in self.features]
        return (
            Judgement(whole, patches, [one for one, _ in features]),
            Judgement(other_whole, other_patches, [other for _, other in features]),
        )


class Discriminator(nn.Module):
    """Images `[n, channels, height, width]` → `Judgement`: convolutions that halve the image down to 4×4, without a norm."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        # Twice the channels of the encoder.
        levels = [min(WIDTHS[config.width][1], 2 * channels) for channels in config.levels]
        self.convolutions = nn.ModuleList(
            halve(inputs, outputs) for inputs, outputs in zip([config.channels, *levels], levels)
        )
        _, height, width = config.top
        self.whole = nn.Linear(levels[-1] * height * width, 1)
        self.patches = nn.Linear(levels[-2], 1)

    def judge(self, image: Tensor) -> Judgement:
        features = []
        for convolution in self.convolutions:
            image = F.leaky_relu(convolution(image), SLOPE)
            features.append(image)
        # A patch is what one place of the last layer but one sees; the mean of their opinions is the opinion of the mean.
        seen = features[-2].mean((2, 3))
        return Judgement(self.whole(image.flatten(1)), self.patches(seen), features)

    def forward(self, real: Tensor, near: Tensor, reconstructed: Tensor, drawn: Tensor) -> list[Judgement]:
        """Of four batches, equally many images each. What nobody needs gradients through is apart from what is drawn."""
        return [half for pair in ((real, near), (reconstructed, drawn)) for half in self.judge(torch.cat(pair)).halves()]


def discriminator_weights(discriminator: Discriminator) -> list[Weight]:
    """Every parameter, in the order in which the app draws their initial values."""
    found: list[Weight] = []

    def add(name: str, layer: nn.Module, fan_in: int) -> None:
        transposed = isinstance(layer, nn.Linear)
        found.append(Weight(f"discriminator.{name}.w", layer.weight, transposed, normal(math.sqrt(1 / 3 / fan_in))))
        found.append(Weight(f"discriminator.{name}.b", layer.bias, False, zeros))

    for i, layer in enumerate(discriminator.convolutions):
        add(str(i), layer, 16 * layer.in_channels)
    add("whole", discriminator.whole, discriminator.whole.in_features)
    add("patches", discriminator.patches, discriminator.patches.in_features)
    return found
