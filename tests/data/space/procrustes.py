"""Reference values for orthogonal Procrustes. Writes procrustes.json beside this file.

    pip install numpy scipy && python procrustes.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.linalg import orthogonal_procrustes

rng = np.random.default_rng(20261124)
cases = {}
for name, (count, size) in {"wide": (30, 4), "square": (9, 6), "few": (7, 20)}.items():
    a = rng.normal(size=(count, size)).astype(np.float32)
    b = (rng.normal(size=(count, size)) + 0.5 * a @ rng.normal(size=(size, size))).astype(np.float32)
    centred_a, centred_b = a - a.mean(0, dtype=np.float64), b - b.mean(0, dtype=np.float64)
    rotation, singular_values = orthogonal_procrustes(centred_a, centred_b)
    cases[name] = {
        "size": size,
        "points": a.ravel().tolist(),
        "onto": b.ravel().tolist(),
        "aligned": (centred_a @ rotation + b.mean(0, dtype=np.float64)).ravel().tolist(),
        "residual": float(np.linalg.norm(centred_a @ rotation - centred_b)),
    }

target = Path(__file__).with_name("procrustes.json")
target.write_text(json.dumps({"madeWith": f"scipy {scipy.__version__}", "cases": cases}) + "\n")
