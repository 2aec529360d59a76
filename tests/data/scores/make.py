"""Reference values for scores. Writes the .json files beside this file.

    pip install numpy scipy scikit-image scikit-learn && python make.py
"""

import json
from pathlib import Path

import numpy as np
import skimage
import sklearn
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from scipy.linalg import sqrtm
from sklearn.decomposition import PCA
from sklearn.linear_model import Lasso
from sklearn.metrics import mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors

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


def mixture() -> None:
    """EM from given parameters, run to convergence, and densities of the result."""
    rng = np.random.default_rng(5)
    codes = np.concatenate([
        rng.normal(size=(60, 3)) @ np.array([[1, 0.5, 0], [0, 0.4, 0.1], [0, 0, 0.7]]) + [2, 0, 0],
        rng.normal(size=(40, 3)) * [0.3, 1.2, 0.5] + [-2, 1, 0],
    ]).astype(np.float32)
    means = np.array([[1.0, 0, 0], [-1.0, 0, 0]])
    cases = []
    for kind, name in [("full", "full"), ("diag", "diagonal")]:
        precisions = np.stack([np.eye(3)] * 2) if kind == "full" else np.ones((2, 3))
        fit = GaussianMixture(
            2, covariance_type=kind, tol=1e-12, max_iter=500, reg_covar=1e-4, means_init=means,
            weights_init=[0.5, 0.5], precisions_init=precisions,
        ).fit(codes.astype(np.float64))
        cases.append({
            "kind": name, "means": fit.means_, "weights": fit.weights_, "covariances": fit.covariances_,
            "logDensity": fit.score_samples(codes.astype(np.float64)), "bic": fit.bic(codes.astype(np.float64)),
        })
    write("mixture", f"scikit-learn {sklearn.__version__}", size=3, codes=codes.ravel(), means=means, regularisation=1e-4, cases=cases)


def distances() -> None:
    """Fréchet distance by scipy's matrix root; density and coverage by scikit-learn's neighbours."""
    rng = np.random.default_rng(9)
    real = (rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5))).astype(np.float32)
    fake = (rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5)) * 0.7 + 0.5).astype(np.float32)
    a, b = real.astype(np.float64), fake.astype(np.float64)
    ca, cb = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    frechet = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(ca + cb - 2 * sqrtm(ca @ cb).real)
    radii = NearestNeighbors(n_neighbors=6).fit(a).kneighbors(a)[0][:, 5]
    inside = np.linalg.norm(a[:, None] - b[None], axis=2) < radii[:, None]
    write(
        "distances", f"scipy, scikit-learn {sklearn.__version__}", size=5, real=real.ravel(), fake=fake.ravel(),
        frechet=frechet, density=inside.sum() / (5 * len(b)), coverage=inside.any(axis=1).mean(),
    )


def factors() -> None:
    rng = np.random.default_rng(13)
    codes = rng.normal(size=(200, 4)).astype(np.float32)
    values = np.stack([codes[:, 0] + 0.1 * rng.normal(size=200), codes[:, 1] - codes[:, 2] + 0.3 * rng.normal(size=200)], 1)
    z = codes.astype(np.float64)
    z = (z - z.mean(0)) / z.std(0)
    y = (values - values.mean(0)) / values.std(0)
    weights = [Lasso(alpha=0.05, tol=1e-10, max_iter=100000).fit(z, y[:, k]).coef_ for k in range(2)]

    def bins(x):
        edges = np.linspace(x.min(), x.max(), 21)
        return np.clip(np.digitize(x, edges[1:-1]), 0, 19)

    information = [[mutual_info_score(bins(codes[:, j].astype(np.float64)), bins(values[:, k])) for k in range(2)] for j in range(4)]
    entropy = [mutual_info_score(bins(values[:, k]), bins(values[:, k])) for k in range(2)]
    write(
        "factors", f"scikit-learn {sklearn.__version__}", codes=codes.ravel(), values=values.T, size=4, alpha=0.05,
        weights=weights, information=information, entropy=entropy,
    )


if __name__ == "__main__":
    similarity()
    image_pca()
    mixture()
    distances()
    factors()
