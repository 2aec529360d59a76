"""Reference values for the principal components frame. Writes principal.json beside this file.

    pip install numpy scikit-learn && python make.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn import __version__ as sklearn_version
from sklearn.decomposition import PCA

rng = np.random.default_rng(20240607)
cases = {}
for name, (count, size) in {"wide": (60, 8), "tall": (5, 12), "flat": (30, 2)}.items():
    mixing = rng.normal(size=(size, size)) * np.geomspace(3, 0.1, size)
    codes = (rng.normal(size=(count, size)) @ mixing + rng.normal(size=size)).astype(np.float32)
    pca = PCA(n_components=min(3, size), svd_solver="full").fit(codes.astype(np.float64))
    # Sign: of each direction, the coefficient of largest magnitude is positive.
    components = pca.components_
    largest = np.abs(components).argmax(axis=1)
    components = components * np.sign(components[np.arange(len(components)), largest])[:, None]
    cases[name] = {
        "latentSize": size,
        "codes": [float(x) for x in codes.ravel()],
        "mean": pca.mean_.tolist(),
        "components": components.tolist(),
        "varianceRatio": pca.explained_variance_ratio_.tolist(),
        "projected": ((codes - pca.mean_) @ components.T).tolist(),
    }

target = Path(__file__).with_name("principal.json")
target.write_text(json.dumps({"madeWith": f"scikit-learn {sklearn_version}", "cases": cases}) + "\n")
