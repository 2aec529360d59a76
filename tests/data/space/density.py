"""Reference values for code densities. Writes density.json beside this file.

    pip install numpy scipy scikit-learn && python density.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn import __version__ as sklearn_version
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KernelDensity

rng = np.random.default_rng(20240611)
count, size = 60, 5
codes = (rng.normal(size=(count, size)) * [3, 1, 0.5, 2, 1] + [0, 5, -1, 0, 2]).astype(np.float32)
log_var = (rng.normal(size=(count, size)) * 0.5 - 1.5).astype(np.float32)
places = np.concatenate([codes[:3], rng.normal(size=(4, size)) * 3]).astype(np.float32)

parts = [multivariate_normal(mean, np.diag(np.exp(v))) for mean, v in zip(codes.astype(float), log_var.astype(float))]
at = np.array([[part.logpdf(place) for part in parts] for place in places.astype(float)])
own = np.array([[part.logpdf(code) for part in parts] for code in codes.astype(float)])
left_out = [logsumexp(np.delete(own[n], n)) - np.log(count - 1) for n in range(count)]

# Along each latent the same bandwidth in standard deviations: the codes are scaled, and their density scaled back.
scale = codes.astype(float).std(axis=0)
scaled = codes / scale


def unlikelihood(log_h):
    return -cross_val_score(KernelDensity(bandwidth=np.exp(log_h)), scaled, cv=LeaveOneOut()).sum()


found = minimize_scalar(unlikelihood, bounds=np.log([0.02, 2]), method="bounded", options={"xatol": 1e-4})
bandwidth = float(np.exp(found.x))
kernel = KernelDensity(bandwidth=bandwidth).fit(scaled).score_samples(places / scale) - np.log(scale).sum()

target = Path(__file__).with_name("density.json")
target.write_text(
    json.dumps(
        {
            "madeWith": f"scikit-learn {sklearn_version}",
            "latentSize": size,
            "codes": codes.ravel().tolist(),
            "logVar": log_var.ravel().tolist(),
            "places": places.ravel().tolist(),
            "posterior": (logsumexp(at, axis=1) - np.log(count)).tolist(),
            "leftOut": sorted(left_out),
            "bandwidth": bandwidth,
            "kernel": kernel.tolist(),
        }
    )
    + "\n"
)
