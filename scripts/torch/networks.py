"""The networks of main/engine/training/networks.ts as PyTorch modules, with the same parameters under the same names."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from streams import Stream

WIDTHS = {"small": (16, 128), "standard": (32, 256), "large": (64, 512)}

# Fewest rows or columns of the smallest feature map.
TOP = 4


@dataclass(frozen=True)
class NetworkConfig:
    image_size: int = 64
    channels: int = 3
    latent_size: int = 32
    width: str = "standard"
    residual_blocks: int = 0
    architecture: str = "convolutional"
    # Pixels down; None: as many as across.
    image_height: int | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of an image, `(channels, height, width)`."""
        return self.channels, self.image_height or self.image_size, self.image_size

    @property
    def halvings(self) -> int:
        """How often images are halved: as long as both sides can be, and the shorter one does not become too short."""
        _, height, width = self.shape
        count = 0
        while min(height, width) >> count + 1 >= TOP and not (height | width) >> count & 1:
            count += 1
        return count

    @property
    def levels(self) -> list[int]:
        """Channels of each level, outermost first: 64 px standard → [32, 64, 128, 256]."""
        first, most = WIDTHS[self.width]
        return [min(most, first * 2**i) for i in range(self.halvings)]

    @property
    def top(self) -> tuple[int, int, int]:
        """The shape of the smallest feature map."""
        _, height, width = self.shape
        return self.levels[-1], height >> self.halvings, width >> self.halvings


def halve(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)


class Double(nn.ConvTranspose2d):
    """Its kernel without the part that alternates along rows or columns, see ops/upsampling-kernel.ts."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__(inputs, outputs, 4, stride=2, padding=1)
        alternating = torch.tensor([1.0, -1.0, 1.0, -1.0]) / 2
        self.register_buffer("smooth", torch.eye(4) - torch.outer(alternating, alternating), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        kernel = self.smooth @ self.weight @ self.smooth
        return nn.functional.conv_transpose2d(x, kernel, self.bias, stride=2, padding=1)


class Residual(nn.Module):
    """x + conv(relu(conv(x)))"""

    def __init__(self, channels: int):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class Encoder(nn.Module):
    """Images `[n, channels, height, width]` in 0..1 → μ `[n, d]`, and log σ² when the posterior is a distribution."""

    def __init__(self, config: NetworkConfig, probabilistic: bool):
        super().__init__()
        levels = config.levels
        self.convolutions = nn.ModuleList(
            halve(inputs, outputs) for inputs, outputs in zip([config.channels, *levels], levels)
        )
        self.residuals = nn.ModuleList(
            nn.ModuleList(Residual(c) for _ in range(config.residual_blocks)) for c in levels
        )
        flat = math.prod(config.top)
        self.mu = nn.Linear(flat, config.latent_size)
        self.log_var = nn.Linear(flat, config.latent_size) if probabilistic else None

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        for convolution, residuals in zip(self.convolutions, self.residuals):
            x = torch.relu(convolution(x))
            for residual in residuals:
                x = residual(x)
        features = x.flatten(1)
        return self.mu(features), None if self.log_var is None else self.log_var(features)


class Decoder(nn.Module):
    """Codes `[n, d]` → logits `[n, channels, height, width]`; the image is their sigmoid."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        levels = config.levels
        self.top = config.top
        self.dense = nn.Linear(config.latent_size, math.prod(self.top))
        # As in the encoder, index 0 is the outermost level.
        self.convolutions = nn.ModuleList(
            Double(inputs, outputs) for inputs, outputs in zip(levels, [config.channels, *levels])
        )
        self.residuals = nn.ModuleList(
            nn.ModuleList(Residual(c) for _ in range(config.residual_blocks)) for c in levels
        )

    def forward(self, z: Tensor) -> Tensor:
        x = torch.relu(self.dense(z)).view(-1, *self.top)
        for i in reversed(range(len(self.convolutions))):
            for residual in self.residuals[i]:
                x = residual(x)
            x = self.convolutions[i](x)
            if i:
                x = torch.relu(x)
        return x


@dataclass(frozen=True)
class Weight:
    """One parameter as the app knows it. Its matrices are `[inputs, outputs]`, PyTorch's the other way round."""

    name: str
    tensor: nn.Parameter
    transposed: bool
    # Draws so many initial values.
    initial: Callable[[Stream, int], np.ndarray]

    def read(self, values: np.ndarray) -> None:
        """Takes values in the app's order of axes."""
        with torch.no_grad():
            values = torch.tensor(values).to(self.tensor)
            shape = self.tensor.shape[::-1] if self.transposed else self.tensor.shape
            values = values.reshape(tuple(shape))
            self.tensor.copy_(values.T if self.transposed else values)

    def write(self, values: Tensor) -> np.ndarray:
        """Values shaped as the parameter (itself, its gradient, …) in the app's order of axes, flat."""
        values = values.T if self.transposed else values
        return values.detach().cpu().contiguous().flatten().numpy()


def zeros(_: Stream, count: int) -> np.ndarray:
    return np.zeros(count)


def normal(deviation: float) -> Callable[[Stream, int], np.ndarray]:
    return lambda stream, count: deviation * stream.normals(count)


def uniform(most: float) -> Callable[[Stream, int], np.ndarray]:
    return lambda stream, count: most * (2 * np.array([stream.uniform() for _ in range(count)]) - 1)


# Units of each hidden layer of a perceptron.
HIDDEN = 200


class PerceptronEncoder(nn.Module):
    """As `Encoder`: two layers of tanh units (Burda et al. 2016, section 5)."""

    def __init__(self, config: NetworkConfig, probabilistic: bool):
        super().__init__()
        values = math.prod(config.shape)
        self.hidden = nn.ModuleList([nn.Linear(values, HIDDEN), nn.Linear(HIDDEN, HIDDEN)])
        self.mu = nn.Linear(HIDDEN, config.latent_size)
        self.log_sigma = nn.Linear(HIDDEN, config.latent_size) if probabilistic else None

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        x = x.flatten(1)
        for layer in self.hidden:
            x = torch.tanh(layer(x))
        return self.mu(x), None if self.log_sigma is None else 2 * self.log_sigma(x)


class PerceptronDecoder(nn.Module):
    """As `Decoder`, mirrored."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.shape = config.shape
        self.hidden = nn.ModuleList([nn.Linear(config.latent_size, HIDDEN), nn.Linear(HIDDEN, HIDDEN)])
        self.image = nn.Linear(HIDDEN, math.prod(self.shape))

    def forward(self, z: Tensor) -> Tensor:
        for layer in self.hidden:
            z = torch.tanh(layer(z))
        return self.image(z).view(-1, *self.shape)


def build(config: NetworkConfig, probabilistic: bool) -> tuple[nn.Module, nn.Module]:
    """Encoder and decoder of a configuration."""
    if config.architecture == "perceptron":
        return PerceptronEncoder(config, probabilistic), PerceptronDecoder(config)
    return Encoder(config, probabilistic), Decoder(config)


def weights(encoder: nn.Module, decoder: nn.Module) -> list[Weight]:
    """Every parameter, in the order in which the app draws their initial values."""
    found: list[Weight] = []

    def add(name: str, layer: nn.Module, fan_in: float, gain: float = 1 / 3) -> None:
        transposed = isinstance(layer, nn.Linear)
        found.append(Weight(f"{name}.w", layer.weight, transposed, normal(math.sqrt(gain / fan_in))))
        found.append(Weight(f"{name}.b", layer.bias, False, zeros))

    def add_residuals(name: str, blocks: nn.ModuleList) -> None:
        for r, block in enumerate(blocks):
            channels = block.first.in_channels
            add(f"{name}.residual.{r}.0", block.first, 9 * channels)
            add(f"{name}.residual.{r}.1", block.second, 9 * channels, 0.02)

    def add_glorot(name: str, layer: nn.Linear) -> None:
        most = math.sqrt(6 / (layer.in_features + layer.out_features))
        found.append(Weight(f"{name}.w", layer.weight, True, uniform(most)))
        found.append(Weight(f"{name}.b", layer.bias, False, zeros))

    if isinstance(encoder, PerceptronEncoder):
        for side, network in (("encoder", encoder), ("decoder", decoder)):
            for i, layer in enumerate(network.hidden):
                add_glorot(f"{side}.{i}", layer)
            if network is encoder:
                add_glorot("encoder.mu", encoder.mu)
                if encoder.log_sigma is not None:
                    add_glorot("encoder.logSigma", encoder.log_sigma)
        add_glorot("decoder.image", decoder.image)
        return found

    for i, layer in enumerate(encoder.convolutions):
        add(f"encoder.{i}", layer, 16 * layer.in_channels)
        add_residuals(f"encoder.{i}", encoder.residuals[i])
    flat = encoder.mu.in_features
    add("encoder.mu", encoder.mu, flat)
    if encoder.log_var is not None:
        add("encoder.logVar", encoder.log_var, flat, 0.02)
    add("decoder.z", decoder.dense, decoder.dense.in_features)
    for i in reversed(range(len(decoder.convolutions))):
        layer = decoder.convolutions[i]
        add_residuals(f"decoder.{i}", decoder.residuals[i])
        add(f"decoder.{i}", layer, 4 * layer.in_channels)
    return found


def outer(found: list[Weight]) -> list[nn.Parameter]:
    """The weights that read or draw the image."""
    last = "decoder.image.w" if any(w.name == "decoder.image.w" for w in found) else "decoder.0.w"
    return [weight.tensor for weight in found if weight.name in ("encoder.0.w", last)]


def initialise(found: list[Weight], seed: int, label: str = "weights") -> None:
    """The initial values that the app draws from the same seed."""
    stream = Stream(seed, label)
    for weight in found:
        weight.read(weight.initial(stream, weight.tensor.numel()))


def mean_logits(pixels: np.ndarray) -> np.ndarray:
    """The logits of the mean of images `[count, …]`, bytes: what a perceptron's decoder begins with, flat."""
    mean = np.clip(pixels.mean(0, dtype=np.float64).ravel() / 255, 0.001, 0.999)
    return np.log(mean / (1 - mean))
