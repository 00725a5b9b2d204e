"""Writes tests/base/tensor/fixtures/numpy_random.json: what numpy.random.RandomState gives for some seeds."""
import json
import pathlib
import numpy as np

cases = []
for seed in (0, 1, 333, 4294967295):
    cases.append({
        "seed": seed,
        "words": np.random.RandomState(seed).randint(0, 2**32, size=5, dtype=np.uint32).tolist(),
        "uniform": np.random.RandomState(seed).random_sample(5).tolist(),
        "normal": np.random.RandomState(seed).standard_normal(7).tolist(),
        "permutations": [np.random.RandomState(seed).permutation(n).tolist() for n in (1, 2, 7, 100)],
    })
target = pathlib.Path(__file__).parents[2] / "tests/base/tensor/fixtures/numpy_random.json"
target.write_text(json.dumps(cases) + "\n")
