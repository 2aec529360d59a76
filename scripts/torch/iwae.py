"""
The importance-weighted bound of a perceptron VAE, in NumPy alone: what `latentscape score --iwae` is compared with.

    python3 scripts/torch/iwae.py models/digits-vae tests/fixtures/iwae.json

reads the weights out of the model's ONNX files, draws 200 black and white images from the model itself, and writes them
with their bounds L_k = log 1/k Σ p(x|z)·p(z) / q(z|x), z ~ q(z|x) (Burda, Grosse & Salakhutdinov 2016, equation 8).
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

IMAGES = 200
SAMPLES = [1, 10, 100]
# Bounds of fewer samples are means over as many groups as there are among these, so that chance says little in them.
DRAWN = 1000
SEED = 1


def weights(file: Path) -> dict[str, np.ndarray]:
    graph = onnx.load(file).graph
    return {tensor.name: numpy_helper.to_array(tensor).astype(np.float64) for tensor in graph.initializer}


def layer(x: np.ndarray, w: dict[str, np.ndarray], name: str) -> np.ndarray:
    return x @ w[f"{name}.w"] + w[f"{name}.b"]


def encode(x: np.ndarray, w: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """μ and log σ of the posterior of each image."""
    h = np.tanh(layer(np.tanh(layer(x, w, "encoder.0")), w, "encoder.1"))
    return layer(h, w, "encoder.mu"), layer(h, w, "encoder.logSigma")


def logits(z: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    return layer(np.tanh(layer(np.tanh(layer(z, w, "decoder.0")), w, "decoder.1")), w, "decoder.image")


def log_mean_exp(values: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    most = values.max(-1, keepdims=True)
    return np.log(np.exp(values - most).mean(-1)) + most[..., 0]


def main(model: Path, out: Path) -> None:
    encoder, decoder = weights(model / "encoder.onnx"), weights(model / "decoder.onnx")
    rng = np.random.default_rng(SEED)
    latent = encoder["encoder.mu.b"].size
    drawn = 1 / (1 + np.exp(-logits(rng.standard_normal((IMAGES, latent)), decoder)))
    images = (rng.random(drawn.shape) < drawn).astype(np.float64)
    mu, log_sigma = encode(images, encoder)
    bounds: dict[int, list[float]] = {k: [] for k in SAMPLES}
    for x, m, s in zip(images, mu, log_sigma):
        epsilon = rng.standard_normal((DRAWN, latent))
        z = m + np.exp(s) * epsilon
        l = logits(z, decoder)
        # log p(x|z) of a Bernoulli's logits: x·l − log(1 + eˡ)
        log_likelihood = (x * l - np.logaddexp(0, l)).sum(1)
        log_weights = log_likelihood - 0.5 * (z**2).sum(1) + 0.5 * (epsilon**2).sum(1) + s.sum()
        for k in SAMPLES:
            bounds[k].append(float(log_mean_exp(log_weights.reshape(-1, k)).mean()))
    facts = {
        "decoder": hashlib.sha256((model / "decoder.onnx").read_bytes()).hexdigest(),
        "images": base64.b64encode(np.packbits(images.astype(np.uint8))).decode(),
        "bounds": {k: round(float(np.mean(values)), 4) for k, values in bounds.items()},
    }
    out.write_text(json.dumps(facts) + "\n")
    print({k: (round(float(np.mean(v)), 3), round(float(np.std(v) / np.sqrt(IMAGES)), 3)) for k, v in bounds.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
