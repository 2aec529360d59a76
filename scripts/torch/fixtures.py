"""
Writes tests/data/training: what PyTorch computes in double precision from the weights, images and noise that the
app draws from the same seeds. The tests compare the app with these numbers where no PyTorch is installed.

    python scripts/torch/fixtures.py [NAME…]
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import linear_start
from discriminator import discriminator_weights
from linear_start import LinearAutoencoder
from looks import Look, look
from networks import NetworkConfig, Weight, initialise, weights
from objectives import Autoencoder, ObjectiveConfig
from optimiser import OptimiserConfig, orthogonalise
from schedules import Schedule
from streams import Stream, Xoshiro128
from trainer import Adversary, Trainer
from vae_gan import PENALTY_NOISE, AdversarialFeeds

OUT = Path(__file__).resolve().parents[2] / "tests/data/training"
SEED = 11
PROJECTIONS = 3

SMALL = NetworkConfig(image_size=32, latent_size=8, width="small")
AE, VAE = ObjectiveConfig(kind="ae"), ObjectiveConfig(kind="vae")
# With β, and the share of a linear part.
GRADIENTS = {
    "ae": (SMALL, AE, 1.0, 0.0),
    "rae": (SMALL, ObjectiveConfig(kind="rae", code_weight=0.3), 1.0, 0.0),
    "vae gaussian": (SMALL, VAE, 0.5, 0.0),
    "vae learned-sigma": (SMALL, ObjectiveConfig(kind="vae", likelihood="learned-sigma"), 0.5, 0.0),
    "vae bernoulli": (SMALL, ObjectiveConfig(kind="vae", likelihood="bernoulli"), 0.5, 0.0),
    "vae free bits": (SMALL, ObjectiveConfig(kind="vae", free_bits=0.45), 2.0, 0.0),
    "ae grey": (NetworkConfig(32, 1, 8, "small"), AE, 1.0, 0.0),
    "ae residual": (NetworkConfig(32, 3, 8, "small", residual_blocks=1), AE, 1.0, 0.0),
    "vae grey residual standard": (NetworkConfig(32, 1, 16, "standard", residual_blocks=1), VAE, 0.5, 0.0),
    "iwae": (SMALL, ObjectiveConfig(kind="vae", likelihood="learned-sigma", importance_samples=3), 1.0, 0.0),
    "iwae perceptron": (
        NetworkConfig(28, 1, 10, architecture="perceptron"),
        ObjectiveConfig(kind="vae", likelihood="bernoulli", importance_samples=5),
        1.0,
        0.0,
    ),
    "vae 64 px": (NetworkConfig(64, 3, 32, "standard"), VAE, 0.5, 0.0),
    "ae beside a linear part": (SMALL, AE, 1.0, 0.6),
    "vae beside a linear part": (SMALL, VAE, 0.5, 0.6),
    "iwae beside a linear part": (SMALL, ObjectiveConfig(kind="vae", importance_samples=3), 1.0, 0.6),
}
BATCH = 16
LEARNED_SIGMA = ObjectiveConfig(kind="vae", likelihood="learned-sigma")
# Muon makes small singular values large, and rounding errors with them, so that its runs drift apart sooner.
CURVES = {
    "adam": (LEARNED_SIGMA, Schedule(50, 1e-3, beta=0.5, warm_up=0.5)),
    "muon": (LEARNED_SIGMA, Schedule(15, 1e-3, beta=0.5, warm_up=0.5)),
    # Against a discriminator first rates are very low: one that is too high says more.
    "adam, from PCA to a discriminator": (VAE, Schedule(15, 2e-3, beta=0.5, warm_up=0.5, adversarial=0.4, linear_start=0.3)),
    "muon, from PCA to a discriminator": (VAE, Schedule(15, 2e-3, beta=0.5, warm_up=0.5, adversarial=0.4, linear_start=0.3)),
}
# What a discriminator's initial weights are multiplied by: its opinions differ from image to image then.
SHARPENED = 3


def discs(count: int, channels: int, size: int, seed: int, height: int | None = None) -> np.ndarray:
    """Pictures of one disc each, shaded, `[count, channels, height, size]` bytes; computed in whole numbers."""
    height = height or size
    pixels = np.zeros((count, channels, height, size), np.uint8)
    y, x = np.mgrid[:height, :size]
    for i in range(count):
        draw = Stream(seed, "disc", i).integer
        cx, cy, radius = draw(size), draw(size), 2 + draw(size // 2)
        inside = (x - cx) ** 2 + (y - cy) ** 2 <= radius * radius
        for c in range(channels):
            ground, colour, right, down = draw(256), draw(256), draw(32), draw(32)
            pixels[i, c] = np.minimum(255, np.where(inside, colour, ground) + (x * right + y * down >> 3))
    return pixels


def images(count: int, config: NetworkConfig) -> torch.Tensor:
    channels, height, width = config.shape
    return torch.from_numpy((discs(count, channels, width, SEED, height) / 255).astype(np.float32)).double()


def epsilon(rows: int, config: NetworkConfig, step: int) -> torch.Tensor:
    noise = Stream(SEED, "epsilon", step).normals(rows, config.latent_size)
    return torch.from_numpy(noise.astype(np.float32)).double()


def linear_part(network: NetworkConfig) -> LinearAutoencoder:
    values, codes = math.prod(network.shape), network.latent_size
    return LinearAutoencoder(
        drawn("encode", (values, codes), 0.03),
        drawn("origin", (codes,), 0.3),
        drawn("decode", (codes, values), 0.3),
        drawn("mean", (values,), 0.5),
    )


def gradients(network: NetworkConfig, objective: ObjectiveConfig, beta: float, share: float) -> dict:
    """Loss, terms, and of each parameter's gradient the norm and projections on fixed random directions."""
    # Initial values, noise and images have the app's precision, float32. What is computed from them is double.
    model = Autoencoder(network, objective)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    model.linear = linear_part(network)
    noise = epsilon(BATCH * objective.importance_samples, network, 0)
    loss, terms = model(images(BATCH, network), noise, beta, share)
    loss.backward()
    values = gradients_of(found)
    if model.log_sigma is not None:
        values["likelihood.logSigma"] = model.log_sigma.grad.numpy()
    return {
        "network": vars(network),
        "objective": vars(objective),
        "beta": beta,
        "share": share,
        "loss": loss.item(),
        "terms": {name: term.item() for name, term in terms.items()},
        "gradients": projected(values),
    }


def gradients_of(found: list[Weight]) -> dict[str, np.ndarray]:
    return {w.name: w.write(w.tensor.grad) for w in found}


def projected(values: dict[str, np.ndarray]) -> dict:
    """Of each the norm and projections on fixed random directions."""
    longest = max(map(len, values.values()))
    directions = [Stream(SEED, "direction", p).normals(longest) for p in range(PROJECTIONS)]
    return {
        name: {"norm": float(np.linalg.norm(g)), "projections": [float(g @ d[: len(g)]) for d in directions]}
        for name, g in values.items()
    }


def vae_gan(network: NetworkConfig, beta: float) -> dict:
    """Losses, terms and gradients of both sides, from looks and noise that the test draws under the same labels."""
    model = Autoencoder(network, VAE)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    adversary = Adversary(network, model, SEED, lambda module: module)
    theirs = discriminator_weights(adversary.discriminator)
    with torch.no_grad():
        for weight in theirs:
            # where the app rounds
            weight.tensor.copy_((SHARPENED * weight.tensor).float())
    shape = (BATCH, *network.shape)
    gain = lambda label: drawn(label, shape, 0.1, 1)
    feeds = AdversarialFeeds(
        image=images(BATCH, network),
        epsilon=epsilon(BATCH, network, 0),
        draws=drawn("draws", (BATCH, network.latent_size)),
        noise=drawn("noise", shape, PENALTY_NOISE),
        look=Look(gain("gain"), drawn("offset", shape, 0.05)),
        look_of_draws=Look(gain("gain of draws"), drawn("offset of draws", shape, 0.05)),
    )
    sides = adversary.backward(feeds, beta, list(model.parameters()))
    return {
        "network": vars(network),
        "beta": beta,
        "sharpened": SHARPENED,
        "losses": {"generator": sides.generator.item(), "discriminator": sides.discriminator.item()},
        "terms": {name: term.item() for name, term in sides.terms.items()},
        "gradients": projected(gradients_of([*found, *theirs])),
    }


class Drawn:
    """What steps are fed without augmentation: all that is random is drawn as the app draws it."""

    def __init__(self, count: int, network: NetworkConfig):
        self.count, self.network = count, network
        self.pictures = images(count, network)

    def plain(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        places = (divmod(position, self.count) for position in range(step * BATCH, (step + 1) * BATCH))
        chosen = [Stream(SEED, "order", epoch).permutation(self.count)[place] for epoch, place in places]
        return self.pictures[chosen], epsilon(BATCH, self.network, step)

    def adversarial(self, step: int) -> AdversarialFeeds:
        image, noise = self.plain(step)
        most = PENALTY_NOISE * math.sqrt(3)
        uniforms = Stream(SEED, "noise", step)
        penalty = np.array([most * (2 * uniforms.uniform() - 1) for _ in range(image.numel())], np.float32)
        return AdversarialFeeds(
            image,
            noise,
            self._normals("draws", step),
            torch.from_numpy(penalty).double().view_as(image),
            self._look("look", step),
            self._look("look of draws", step),
        )

    def _normals(self, label: str, step: int) -> torch.Tensor:
        values = Stream(SEED, label, step).normals(BATCH, self.network.latent_size)
        return torch.from_numpy(values.astype(np.float32)).double()

    def _look(self, label: str, step: int) -> Look:
        channels, height, width = self.network.shape
        draw = Stream(SEED, label, step).uniform
        rows = []
        for _ in range(BATCH):
            contrast, brightness, missing = draw(), draw(), draw()
            side = draw() if missing < 0.5 else 0.0  # drawn only where a square is missing
            rows.append([contrast, brightness, missing, side, draw(), draw(), *(draw() for _ in range(channels))])
        return look(torch.tensor(rows, dtype=torch.float64), height, width)


def curve(kind: str, objective: ObjectiveConfig, schedule: Schedule) -> dict:
    """A whole run: schedules, phases, shuffled epochs, weight decay, clipping and averaging at once."""
    network, count = SMALL, 40
    optimiser = OptimiserConfig(kind, weight_decay=0.1, clip_norm=2000.0, average_decay=0.9)
    model = Autoencoder(network, objective)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    trainer = Trainer(network, model, optimiser, schedule, SEED, linear_part(network))
    feeds = Drawn(count, network)
    results = [trainer.next(feeds) for _ in range(schedule.steps)]
    averages = dict(zip(map(id, trainer.parameters), trainer.optimiser.final()))
    return {
        "network": vars(network),
        "objective": vars(objective),
        "seed": SEED,
        "batch": BATCH,
        "optimiser": vars(optimiser),
        "schedule": vars(schedule),
        "count": count,
        "results": [{name: float(value) for name, value in result.items()} for result in results],
        "averages": {w.name: float(averages[id(w.tensor)].norm()) for w in found},
    }


def linear_starts() -> dict:
    """The linear autoencoder of few images, in which the app's search for their components is over at once, and of more."""
    found = {}
    for count, codes in [(12, 8), (40, 4)]:
        fitted = linear_start.fit(discs(count, 3, 32, SEED), codes)
        parts = {name: summary(part.double()) for name, part in vars(fitted).items()}
        found[f"{codes} codes of {count} images"] = {"count": count, "codes": codes, "parts": parts}
    return found


def muon() -> dict:
    """
    Weights `[rows, columns]` after updates by PyTorch's own Muon from gradients drawn under fixed labels, and by its
    Newton–Schulz steps in double precision: its own are taken in half precision (bfloat16).
    """
    found = {}
    for shape in [(8, 8), (6, 40), (40, 6)]:
        start = drawn("weight", shape)
        weight = torch.nn.Parameter(start.float())
        # Its steps are 0.2 of the rate, ours 0.8; its momentum is a mean, ours a sum.
        optimiser = torch.optim.Muon([weight], lr=0.4, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")
        for step in range(3):
            weight.grad = drawn(f"gradient {step}", shape).float()
            optimiser.step()
        found["x".join(map(str, shape))] = {
            "shape": shape,
            "rate": 0.1,
            "steps": 3,
            "weight": weight.detach().flatten().tolist(),
            "orthogonal": summary(orthogonalise(drawn("gradient 0", shape))),
            "singular values": torch.linalg.svdvals(orthogonalise(drawn("gradient 0", shape))).tolist(),
        }
    return found


def drawn(label: str, shape: tuple[int, ...], deviation: float = 1, mean: float = 0) -> torch.Tensor:
    """What the tests draw under this label: float32, rounded where they round."""
    values = Stream(1, label).normals(int(np.prod(shape))).astype(np.float32)
    return torch.from_numpy((mean + deviation * values.astype(np.float64)).astype(np.float32)).double().reshape(shape)


def summary(values: torch.Tensor) -> dict:
    """The norm of a tensor and its projections on fixed random directions."""
    flat = values.detach().flatten()
    directions = (Stream(1, f"projection {p}").normals(len(flat)) for p in range(PROJECTIONS))
    return {"norm": float(flat.norm()), "projections": [float(flat @ torch.from_numpy(d)) for d in directions]}


def convolution_cases() -> dict:
    """The cases of tests/unit/training/convolutions.test.ts: inputs as (label, shape, deviation), and the function."""
    n, inputs, outputs, size = 16, 16, 32, 4
    activations = {"relu": torch.relu, "none": lambda y: y}
    cases = {}
    for name, act in activations.items():
        for k, stride, padding in [(4, 2, 1), (3, 1, 1), (1, 1, 0)]:
            cases[f"convolve {k}, stride {stride}, {name}"] = (
                {"x": ((n, inputs, size, size), 1), "w": ((outputs, inputs, k, k), 0.1), "b": ((outputs,), 1)},
                lambda v, act=act, stride=stride, padding=padding: act(
                    F.conv2d(v["x"], v["w"], v["b"], stride=stride, padding=padding)
                ),
            )
        cases[f"convolveTransposed, {name}"] = (
            {"x": ((n, outputs, size, size), 1), "w": ((outputs, inputs, 4, 4), 0.1), "b": ((inputs,), 1)},
            lambda v, act=act: act(F.conv_transpose2d(v["x"], v["w"], v["b"], stride=2, padding=1)),
        )
    for channels in (1, 3):
        image = drawn("image", (n, channels, 8, 8))
        cases[f"fromImage, {channels}"] = (
            {"w": ((inputs, channels, 4, 4), 1), "b": ((inputs,), 1)},
            lambda v, image=image: torch.relu(F.conv2d(image, v["w"], v["b"], stride=2, padding=1)),
        )
        cases[f"toImage, {channels}"] = (
            {"x": ((n, inputs, size, size), 1), "w": ((inputs, channels, 4, 4), 1), "b": ((channels,), 1)},
            lambda v: F.conv_transpose2d(v["x"], v["w"], v["b"], stride=2, padding=1),
        )
    return {name: ({i: (i, *rest) for i, rest in tensors.items()}, op) for name, (tensors, op) in cases.items()}


def op_cases() -> dict:
    """The cases of tests/unit/training/ops.test.ts, likewise."""
    matrix, row, scalar, other = ("matrix", (4, 6), 1), ("row", (6,), 1), ("scalar", (1,), 1), ("b", (4, 6), 1)
    order = [3, 0, 5, 1, 2, 4]
    return {
        "add": ({"a": matrix, "b": other}, lambda v: v["a"] + v["b"]),
        "add a row": ({"a": matrix, "b": row}, lambda v: v["a"] + v["b"]),
        "add to a scalar": ({"a": scalar, "b": matrix}, lambda v: v["a"] + v["b"]),
        "subtract": ({"a": matrix, "b": other}, lambda v: v["a"] - v["b"]),
        "subtract a row": ({"a": matrix, "b": row}, lambda v: v["a"] - v["b"]),
        "multiply": ({"a": matrix, "b": other}, lambda v: v["a"] * v["b"]),
        "multiply by a row": ({"a": matrix, "b": row}, lambda v: v["a"] * v["b"]),
        "multiply by a scalar": ({"a": matrix, "b": scalar}, lambda v: v["a"] * v["b"]),
        "multiply by itself": ({"a": matrix}, lambda v: v["a"] * v["a"]),
        "scale": ({"a": matrix}, lambda v: -2.5 * v["a"]),
        "exp": ({"a": matrix}, lambda v: v["a"].exp()),
        "sigmoid": ({"a": ("wide", (4, 6), 3)}, lambda v: v["a"].sigmoid()),
        "tanh": ({"a": ("wide", (4, 6), 3)}, lambda v: v["a"].tanh()),
        "sum": ({"a": matrix}, lambda v: v["a"].sum()),
        "sum of rows": ({"a": ("cube", (2, 3, 4), 1)}, lambda v: v["a"].sum((1, 2))),
        "sum of squares of rows": ({"a": ("cube", (2, 3, 4), 1)}, lambda v: v["a"].square().sum((1, 2))),
        "repeat rows": ({"a": matrix}, lambda v: v["a"].repeat(3, 1)),
        "log-sum-exp of columns": ({"a": ("wide", (4, 6), 3)}, lambda v: v["a"].logsumexp(0)),
        "sum of squares": ({"a": matrix}, lambda v: v["a"].square().sum()),
        "mean over rows": ({"a": matrix}, lambda v: v["a"].mean(0)),
        "at least": ({"a": matrix}, lambda v: v["a"].clamp(min=0.3)),
        "linear": (
            {"x": matrix, "w": ("w", (6, 5), 1), "b": ("b", (5,), 1)},
            lambda v: F.linear(v["x"], v["w"].T, v["b"]),
        ),
        "reshape": ({"a": matrix}, lambda v: v["a"].reshape(2, 3, 4)),
        "transpose": ({"a": ("cube", (2, 3, 4), 1)}, lambda v: v["a"].permute(2, 0, 1)),
        "permute columns": ({"a": matrix}, lambda v: v["a"][:, order]),
        "pad rows": ({"a": matrix}, lambda v: F.pad(v["a"], (0, 0, 0, 1))),
        "relu": ({"a": matrix}, lambda v: v["a"].relu()),
    }


def ops() -> dict:
    """Each op's result, and the gradients of the result weighed with random numbers, in its inputs."""
    found = {}
    for name, (inputs, op) in {**op_cases(), **convolution_cases()}.items():
        values = {i: drawn(*tensor).requires_grad_() for i, tensor in inputs.items()}
        y = op(values)
        (y * drawn("weights", tuple(y.shape))).sum().backward()
        found[name] = {
            "result": summary(y),
            "gradients": {i: summary(value.grad) for i, value in values.items()},
        }
    return found


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
        "streams": streams,
        "ops": lambda: {"cases": ops()},
        "gradients": lambda: {
            "seed": SEED,
            "batch": BATCH,
            "cases": {name: gradients(*case) for name, case in GRADIENTS.items()},
        },
        "curves": lambda: {"curves": {name: curve(name.split(",")[0], *case) for name, case in CURVES.items()}},
        "muon": lambda: {"cases": muon()},
        "vae-gan": lambda: {
            "seed": SEED,
            "batch": BATCH,
            "cases": {
                "32 px": vae_gan(SMALL, 0.5),
                "grey, not square": vae_gan(NetworkConfig(32, 1, 8, "small", image_height=48), 1.0),
            },
        },
        "linear-start": lambda: {"seed": SEED, "cases": linear_starts()},
    }
    for name in sys.argv[1:] or contents:
        text = json.dumps({"torch": torch.__version__, **contents[name]()}, indent=1)
        (OUT / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
