"""
PyTorch's side of `npm run bench -- quality`: an AE or VAE as everyone writes it, Adam 0.001, batches of 64, PyTorch's own
initial weights, mirrored images, all cores.

    python scripts/torch/quality.py DATA ae|vae LATENT BETA SEED SHARE

Prints {"torch": version, "steps": 0, "mse": …} when it is ready; then reads lines with a number of seconds, trains for so
long and answers {"steps": …, "seconds": …, "processorSeconds": …, "mse": …}: all so far, and the mean squared error of the held-out images.
"""

import json
import sys
import time
from pathlib import Path

import torch

from dataset import Prepared
from networks import NetworkConfig
from objectives import Autoencoder, ObjectiveConfig

BATCH = 64


def main() -> None:
    folder, kind, latent, beta, seed, share = sys.argv[1:]
    data = Prepared(Path(folder))
    training, held_out = data.split(int(seed), float(share))
    torch.manual_seed(int(seed))
    device = torch.device("cpu")
    config = NetworkConfig(data.size, data.channels, int(latent), "standard")
    model = Autoencoder(config, ObjectiveConfig(kind=kind))
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    pixels, held = data.images(training, device), data.images(held_out, device)

    def step() -> None:
        rows = torch.randint(len(pixels), (BATCH,))
        images = torch.where(torch.rand(BATCH, 1, 1, 1) < 0.5, pixels[rows].flip(3), pixels[rows])
        noise = torch.randn(BATCH, int(latent)) if kind == "vae" else None
        optimiser.zero_grad()
        loss, _ = model(images, noise, float(beta))
        loss.backward()
        optimiser.step()

    @torch.no_grad()
    def error() -> float:
        parts = [held[i : i + BATCH] for i in range(0, len(held), BATCH)]
        total = sum((torch.sigmoid(model.decoder(model.encoder(x)[0])) - x).square().sum().item() for x in parts)
        return total / held.numel()

    steps, seconds, processor = 0, 0.0, 0.0
    print(json.dumps({"torch": torch.__version__, "steps": 0, "mse": error()}), flush=True)
    for line in sys.stdin:
        began, before = time.perf_counter(), time.process_time()
        while time.perf_counter() - began < float(line):
            step()
            steps += 1
        seconds += time.perf_counter() - began
        processor += time.process_time() - before
        reached = {"steps": steps, "seconds": seconds, "processorSeconds": processor}
        print(json.dumps({**reached, "mse": error()}), flush=True)


if __name__ == "__main__":
    main()
