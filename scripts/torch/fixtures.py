"""
Writes tests/data/training: what PyTorch computes in double precision from the weights, images and noise that the
app draws from the same seeds. The tests compare the app with these numbers where no PyTorch is installed.

    python scripts/torch/fixtures.py
"""

import json
from pathlib import Path

import numpy as np
import torch

from networks import NetworkConfig, initialise, weights
from objectives import Autoencoder, ObjectiveConfig
from optimiser import Optimiser, OptimiserConfig, beta
from streams import Stream, Xoshiro128

OUT = Path(__file__).resolve().parents[2] / "tests/data/training"
SEED = 11
PROJECTIONS = 3

SMALL = NetworkConfig(image_size=32, latent_size=8, width="small")
VAE = ObjectiveConfig(kind="vae", beta=0.5)
GRADIENTS = {
    "ae": (SMALL, ObjectiveConfig(kind="ae")),
    "rae": (SMALL, ObjectiveConfig(kind="rae", code_weight=0.3)),
    "vae gaussian": (SMALL, VAE),
    "vae learned-sigma": (SMALL, ObjectiveConfig(kind="vae", beta=0.5, likelihood="learned-sigma")),
    "vae bernoulli": (SMALL, ObjectiveConfig(kind="vae", beta=0.5, likelihood="bernoulli")),
    "vae free bits": (SMALL, ObjectiveConfig(kind="vae", beta=2.0, free_bits=0.45)),
    "ae grey": (NetworkConfig(32, 1, 8, "small"), ObjectiveConfig(kind="ae")),
    "ae residual": (NetworkConfig(32, 3, 8, "small", residual_blocks=1), ObjectiveConfig(kind="ae")),
    "vae grey residual standard": (NetworkConfig(32, 1, 16, "standard", residual_blocks=1), VAE),
    "vae 64 px": (NetworkConfig(64, 3, 32, "standard"), VAE),
}
BATCH = 16


def discs(count: int, channels: int, size: int, seed: int) -> np.ndarray:
    """Pictures of one disc each, shaded, `[count, channels, size, size]` bytes; computed in whole numbers."""
    pixels = np.zeros((count, channels, size, size), np.uint8)
    y, x = np.mgrid[:size, :size]
    for i in range(count):
        draw = Stream(seed, "disc", i).integer
        cx, cy, radius = draw(size), draw(size), 2 + draw(size // 2)
        inside = (x - cx) ** 2 + (y - cy) ** 2 <= radius * radius
        for c in range(channels):
            ground, colour, right, down = draw(256), draw(256), draw(32), draw(32)
            pixels[i, c] = np.minimum(255, np.where(inside, colour, ground) + (x * right + y * down >> 3))
    return pixels


def images(count: int, config: NetworkConfig) -> torch.Tensor:
    return torch.from_numpy((discs(count, config.channels, config.image_size, SEED) / 255).astype(np.float32)).double()


def epsilon(batch: int, config: NetworkConfig, step: int) -> torch.Tensor:
    noise = Stream(SEED, "epsilon", step).normals(batch, config.latent_size)
    return torch.from_numpy(noise.astype(np.float32)).double()


def gradients(network: NetworkConfig, objective: ObjectiveConfig) -> dict:
    """Loss, terms, and of each parameter's gradient the norm and projections on fixed random directions."""
    # Initial values, noise and images have the app's precision, float32. What is computed from them is double.
    model = Autoencoder(network, objective)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    loss, terms = model(images(BATCH, network), epsilon(BATCH, network, 0), objective.beta)
    loss.backward()
    values = {w.name: w.write(w.tensor.grad) for w in found}
    if model.log_sigma is not None:
        values["likelihood.logSigma"] = model.log_sigma.grad.numpy()
    directions = (Stream(SEED, "direction", p).normals(max(map(len, values.values()))) for p in range(PROJECTIONS))
    projections = [{name: float(g @ d[: len(g)]) for name, g in values.items()} for d in directions]
    return {
        "network": vars(network),
        "objective": vars(objective),
        "loss": loss.item(),
        "terms": {name: term.item() for name, term in terms.items()},
        "gradients": {
            name: {"norm": float(np.linalg.norm(g)), "projections": [p[name] for p in projections]}
            for name, g in values.items()
        },
    }


def curve() -> dict:
    """A whole run: schedules, shuffled epochs, weight decay, clipping and averaging at once."""
    network = SMALL
    objective = ObjectiveConfig(kind="vae", beta=0.5, likelihood="learned-sigma", warm_up=0.5)
    optimiser_config = OptimiserConfig(1e-3, "cosine", weight_decay=0.1, clip_norm=2000.0, average_decay=0.9)
    steps, count = 50, 40
    pictures = images(count, network)
    model = Autoencoder(network, objective)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    parameters = list(model.parameters())
    optimiser = Optimiser(parameters, optimiser_config)
    orders = {epoch: Stream(SEED, "order", epoch).permutation(count) for epoch in range(steps * BATCH // count + 1)}
    losses, norms = [], []
    for step in range(steps):
        positions = range(step * BATCH, (step + 1) * BATCH)
        chosen = [orders[position // count][position % count] for position in positions]
        optimiser.adam.zero_grad()
        weight = beta(objective.beta, objective.warm_up, step, steps)
        loss, _ = model(pictures[chosen], epsilon(BATCH, network, step), weight)
        loss.backward()
        norms.append(float(optimiser.update(step, steps)))
        losses.append(loss.item())
    averages = dict(zip(map(id, parameters), optimiser.final()))
    return {
        "network": vars(network),
        "objective": vars(objective),
        "optimiser": vars(optimiser_config),
        "count": count,
        "losses": losses,
        "norms": norms,
        "averages": {w.name: float(averages[id(w.tensor)].norm()) for w in found},
    }


def streams() -> dict:
    """Draws of the named streams. The generator beneath is checked against its authors' published code."""
    published = Xoshiro128(1, 2, 3, 4)
    assert [published.next() for _ in range(6)] == [11520, 0, 5927040, 70819200, 2031721883, 1637235492]
    names = [[1, "weights"], [7, "epsilon", 0], [7, "epsilon", 1], [2147483647, "order", 12]]
    return {
        "streams": [
            {
                "name": name,
                "uniforms": [(stream := Stream(*name)).uniform(), *(stream.uniform() for _ in range(3))],
                "normals": Stream(*name).normals(4).tolist(),
                "integers": [(stream := Stream(*name)).integer(1000), *(stream.integer(1000) for _ in range(3))],
                "permutation": Stream(*name).permutation(10),
            }
            for name in names
        ]
    }


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    contents = {
        "streams": streams(),
        "gradients": {
            "seed": SEED,
            "batch": BATCH,
            "cases": {name: gradients(*case) for name, case in GRADIENTS.items()},
        },
        "curve": {"seed": SEED, "batch": BATCH, **curve()},
    }
    for name, content in contents.items():
        text = json.dumps({"torch": torch.__version__, **content}, indent=1)
        (OUT / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
