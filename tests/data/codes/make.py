"""Arrays as NumPy writes them. Writes the .npy files beside this file.

    pip install numpy && python make.py
"""

from pathlib import Path

import numpy as np

here = Path(__file__).parent
# Row n, column i holds 10·n + i, halves added where the type has them.
codes = np.add.outer(10 * np.arange(3), np.arange(4))
np.save(here / "float32.npy", (codes + 0.5).astype("<f4"))
np.save(here / "float64.npy", (codes + 0.5).astype("<f8"))
np.save(here / "float16.npy", (codes + 0.5).astype("<f2"))
np.save(here / "int64.npy", codes.astype("<i8"))
np.save(here / "fortran.npy", np.asfortranarray((codes + 0.5).astype("<f4")))
np.save(here / "single.npy", (codes[1] + 0.5).astype("<f4"))
np.save(here / "complex.npy", codes.astype("<c8"))
np.save(here / "cube.npy", np.zeros((2, 2, 4), "<f4"))
np.save(here / "nan.npy", np.full((1, 4), np.nan, "<f4"))
