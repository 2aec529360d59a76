"""
Writes tests/data/training: what PyTorch computes in double precision from the weights, images and noise that the
app draws from the same seeds. The tests compare the app with these numbers where no PyTorch is installed.

    python scripts/torch/fixtures.py
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from networks import NetworkConfig, initialise, outer, weights
from objectives import Autoencoder, ObjectiveConfig
from optimiser import Optimiser, OptimiserConfig, beta, orthogonalise
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
    "iwae": (SMALL, ObjectiveConfig(kind="vae", likelihood="learned-sigma", importance_samples=3)),
    "iwae perceptron": (
        NetworkConfig(28, 1, 10, architecture="perceptron"),
        ObjectiveConfig(kind="vae", likelihood="bernoulli", importance_samples=5),
    ),
    "vae 64 px": (NetworkConfig(64, 3, 32, "standard"), VAE),
}
BATCH = 16
# Steps; Muon makes small singular values large, and rounding errors with them, so that its runs drift apart sooner.
CURVES = {"adam": 50, "muon": 15}


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


def epsilon(rows: int, config: NetworkConfig, step: int) -> torch.Tensor:
    noise = Stream(SEED, "epsilon", step).normals(rows, config.latent_size)
    return torch.from_numpy(noise.astype(np.float32)).double()


def gradients(network: NetworkConfig, objective: ObjectiveConfig) -> dict:
    """Loss, terms, and of each parameter's gradient the norm and projections on fixed random directions."""
    # Initial values, noise and images have the app's precision, float32. What is computed from them is double.
    model = Autoencoder(network, objective)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    noise = epsilon(BATCH * objective.importance_samples, network, 0)
    loss, terms = model(images(BATCH, network), noise, objective.beta)
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


def curve(kind: str, steps: int) -> dict:
    """A whole run: schedules, shuffled epochs, weight decay, clipping and averaging at once."""
    network = SMALL
    objective = ObjectiveConfig(kind="vae", beta=0.5, likelihood="learned-sigma", warm_up=0.5)
    optimiser_config = OptimiserConfig(kind, 1e-3, "cosine", weight_decay=0.1, clip_norm=2000.0, average_decay=0.9)
    count = 40
    pictures = images(count, network)
    model = Autoencoder(network, objective)
    found = weights(model.encoder, model.decoder)
    initialise(found, SEED)
    model.double()
    parameters = list(model.parameters())
    optimiser = Optimiser(parameters, outer(found), optimiser_config)
    orders = {epoch: Stream(SEED, "order", epoch).permutation(count) for epoch in range(steps * BATCH // count + 1)}
    losses, norms = [], []
    for step in range(steps):
        positions = range(step * BATCH, (step + 1) * BATCH)
        chosen = [orders[position // count][position % count] for position in positions]
        optimiser.zero_grad()
        weight = beta(objective.beta, objective.warm_up, step, steps)
        loss, _ = model(pictures[chosen], epsilon(BATCH, network, step), weight)
        loss.backward()
        norms.append(float(optimiser.update(step, steps)))
        losses.append(loss.item())
    averages = dict(zip(map(id, parameters), optimiser.final()))
    return {
        "network": vars(network),
        "objective": vars(objective),
        "seed": SEED,
        "batch": BATCH,
        "optimiser": vars(optimiser_config),
        "count": count,
        "losses": losses,
        "norms": norms,
        "averages": {w.name: float(averages[id(w.tensor)].norm()) for w in found},
    }


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


def drawn(label: str, shape: tuple[int, ...], deviation: float = 1) -> torch.Tensor:
    """What the tests draw under this label: float32, rounded where they round."""
    values = Stream(1, label).normals(int(np.prod(shape))).astype(np.float32)
    return torch.from_numpy((deviation * values.astype(np.float64)).astype(np.float32)).double().reshape(shape)


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
        "streams": streams(),
        "ops": {"cases": ops()},
        "gradients": {
            "seed": SEED,
            "batch": BATCH,
            "cases": {name: gradients(*case) for name, case in GRADIENTS.items()},
        },
        "curves": {"curves": {kind: curve(kind, steps) for kind, steps in CURVES.items()}},
        "muon": {"cases": muon()},
    }
    for name, content in contents.items():
        text = json.dumps({"torch": torch.__version__, **content}, indent=1)
        (OUT / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
