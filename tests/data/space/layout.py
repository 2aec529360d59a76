"""Codes with neighbourhoods, and how well umap-learn keeps them in three dimensions. Writes layout.json beside this file.

    pip install numpy scikit-learn umap-learn && python layout.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import umap
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

rng = np.random.default_rng(20240612)
# twelve groups in ten dimensions, six of them curved: three dimensions cannot show them without unfolding
groups = []
for g in range(12):
    centre = rng.normal(size=10) * 3
    t = rng.uniform(-1, 1, size=40)
    curve = np.outer(t, rng.normal(size=10)) * 2 + np.outer(t**2, rng.normal(size=10)) * 3 * (g % 2)
    groups.append(centre + curve + rng.normal(size=(40, 10)) * 0.3)
codes = np.concatenate(groups).round(3).astype(np.float32)

layout = umap.UMAP(n_components=3, n_neighbors=15, min_dist=0.1, random_state=1).fit_transform(codes)
target = Path(__file__).with_name("layout.json")
target.write_text(
    json.dumps(
        {
            "madeWith": f"umap-learn {version('umap-learn')}, scikit-learn {version('scikit-learn')}",
            "latentSize": 10,
            "codes": [round(float(x), 3) for x in codes.ravel()],
            "neighbours": 15,
            "trustworthiness": {
                "umap": float(trustworthiness(codes, layout, n_neighbors=15)),
                "principal": float(trustworthiness(codes, PCA(3).fit_transform(codes), n_neighbors=15)),
            },
        }
    )
    + "\n"
)
