"""
PyTorch's side of `npm run bench -- train` and `-- perceptron`: a workload, named as an argument, in several formulations
of the same function.

Prints one line of JSON when it is ready, {"torch": version, "formulations": [names]}; then reads lines
"name steps" and answers each with a JSON array, the milliseconds of each step, or {"error": reason}. The first step of
a formulation includes setting it up.
"""

import json
import sys
import time
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from networks import NetworkConfig
from objectives import Autoencoder, ObjectiveConfig

IMAGES = 1024


@dataclass(frozen=True)
class Workload:
    network: NetworkConfig
    objective: ObjectiveConfig
    batch: int
    # Of Adam.
    epsilon: float = 1e-8
    binarise: bool = False


def perceptron(batch: int) -> Workload:
    """The one-layer model of the IWAE paper on images of digits."""
    network = NetworkConfig(image_size=28, channels=1, latent_size=50, architecture="perceptron")
    return Workload(network, ObjectiveConfig(kind="vae", likelihood="bernoulli"), batch, epsilon=1e-4, binarise=True)


WORKLOADS = {
    "convolutional": Workload(
        NetworkConfig(image_size=64, channels=3, latent_size=32, width="standard"), ObjectiveConfig(kind="vae"), batch=64
    ),
    "perceptron-20": perceptron(20),
    "perceptron-100": perceptron(100),
}


class Shuffled(nn.Module):
    """A transposed convolution (kernel 4, stride 2, padding 1) as a 2×2 convolution for each of the four phases."""

    def __init__(self, of: nn.ConvTranspose2d):
        super().__init__()
        self.weight, self.bias = of.weight, of.bias

    def forward(self, x: Tensor) -> Tensor:
        i, o = self.weight.shape[:2]
        # Tap u = 2t + a of phase a meets the input at offset −t.
        taps = self.weight.view(i, o, 2, 2, 2, 2).flip(2, 4).permute(1, 3, 5, 0, 2, 4).reshape(4 * o, i, 2, 2)
        phases = F.conv2d(x, taps, self.bias.repeat_interleave(4), padding=1)
        return F.pixel_shuffle(phases, 2)[:, :, 1:-1, 1:-1]


class Step:
    def __init__(self, workload: Workload, shuffled=False, channels_last=False, fused=False, compiled=False):
        torch.manual_seed(1)
        self.workload = workload
        network = workload.network
        self.model = Autoencoder(network, workload.objective)
        self.images = torch.rand(IMAGES, network.channels, network.image_size, network.image_size)
        if shuffled:
            decoder = self.model.decoder
            decoder.convolutions = nn.ModuleList(map(Shuffled, decoder.convolutions))
        if channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
            self.images = self.images.contiguous(memory_format=torch.channels_last)
        parameters = self.model.parameters()
        self.optimiser = torch.optim.Adam(parameters, lr=1e-3, eps=workload.epsilon, fused=True if fused else None)
        self.run = torch.compile(self.model) if compiled else self.model

    def __call__(self) -> float:
        batch = self.images[torch.randint(IMAGES, (self.workload.batch,))]
        if self.workload.binarise:
            batch = torch.bernoulli(batch)
        self.optimiser.zero_grad()
        loss, _ = self.run(batch, torch.randn(len(batch), self.workload.network.latent_size), 1.0)
        loss.backward()
        self.optimiser.step()
        return loss.item()


AS_WRITTEN = {"as written": {}, "fused Adam": dict(fused=True)}
OF_CONVOLUTIONS = {
    "channels last": dict(channels_last=True, fused=True),
    "pixel shuffle": dict(shuffled=True, fused=True),
    "pixel shuffle, channels last": dict(shuffled=True, channels_last=True, fused=True),
    "compiled, channels last": dict(channels_last=True, fused=True, compiled=True),
    "compiled, pixel shuffle, channels last": dict(shuffled=True, channels_last=True, fused=True, compiled=True),
}
COMPILED = {"compiled": dict(fused=True, compiled=True)}


def main() -> None:
    workload = WORKLOADS[sys.argv[1]]
    convolutions = OF_CONVOLUTIONS if workload.network.architecture == "convolutional" else {}
    formulations = {**AS_WRITTEN, **convolutions, **COMPILED}
    print(json.dumps({"torch": torch.__version__, "formulations": list(formulations)}), flush=True)
    steps: dict[str, Step] = {}
    for line in sys.stdin:
        name, count = line.rsplit(maxsplit=1)
        try:
            if name not in steps:
                steps[name] = Step(workload, **formulations[name])
            times = []
            for _ in range(int(count)):
                start = time.perf_counter()
                steps[name]()
                times.append(1000 * (time.perf_counter() - start))
            print(json.dumps(times), flush=True)
        except Exception as error:  # e.g. no compiler for torch.compile
            print(json.dumps({"error": str(error).strip().split("\n")[0]}), flush=True)


if __name__ == "__main__":
    main()
