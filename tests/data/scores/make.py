"""Reference values for scores. Writes the .json files beside this file.

    pip install numpy scipy scikit-image scikit-learn && python make.py
"""

import json
from pathlib import Path

import numpy as np
import skimage
import sklearn
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.decomposition import PCA

here = Path(__file__).parent


def write(name: str, made_with: str, **content) -> None:
    text = json.dumps({"madeWith": made_with, **content}, default=lambda array: np.asarray(array).tolist())
    (here / f"{name}.json").write_text(text + "\n")


def similarity() -> None:
    rng = np.random.default_rng(7)
    cases = []
    for channels, size, noise in [(1, 11, 0.1), (1, 24, 0.3), (3, 16, 0.05)]:
        rows, columns = np.mgrid[0:size, 0:size] / size
        a = np.stack([0.5 + 0.4 * np.sin(3 * rows + 5 * columns + c) for c in range(channels)])
        a = a.astype(np.float32)
        b = np.clip(a + noise * rng.normal(size=a.shape), 0, 1).astype(np.float32)
        value = structural_similarity(
            a.astype(np.float64), b.astype(np.float64), data_range=1.0, channel_axis=0,
            gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        )
        cases.append({
            "channels": channels, "size": size, "a": a.ravel().round(7), "b": b.ravel().round(7), "ssim": value,
            "psnr": peak_signal_noise_ratio(a.astype(np.float64), b.astype(np.float64), data_range=1.0),
        })
    write("similarity", f"scikit-image {skimage.__version__}", cases=cases)


def image_pca() -> None:
    """Twelve smooth directions of falling strength and a little noise, as bytes."""
    rng = np.random.default_rng(11)
    size, count = 8, 60
    mixing = rng.normal(size=(12, 3 * size * size)) * np.geomspace(0.2, 0.02, 12)[:, None]
    images = 0.5 + rng.normal(size=(count, 12)) @ mixing / 3 + 0.01 * rng.normal(size=(count, 3 * size * size))
    pixels = np.clip(np.round(images * 255), 0, 255).astype(np.uint8)
    x = pixels / 255.0
    training, held_out = x[:48], x[48:]
    cases = []
    for components in (1, 4, 47):
        pca = PCA(n_components=components, svd_solver="full").fit(training)
        back = pca.inverse_transform(pca.transform(held_out))
        cases.append({
            "components": components,
            "mse": ((held_out - back) ** 2).mean(axis=1),
            "first": pca.components_[0],
        })
    write("pca", f"scikit-learn {sklearn.__version__}", size=size, channels=3, training=48, pixels=pixels.ravel(), cases=cases)


if __name__ == "__main__":
    similarity()
    image_pca()
