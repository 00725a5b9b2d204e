"""Writes tests/method/stats/fixtures/statistics.json: what numpy and scipy say of float32 pixels, in float64.

Small arrays with their pixels, and the input of bench/peers/statistics.py. NaN is written as null, as JSON has none.
"""
import importlib.util
import json
import pathlib
import warnings

import numpy as np
import scipy
from scipy.stats import kurtosis, skew

warnings.simplefilter("ignore")
random = np.random.RandomState(333)


def arrays():
    for n in (1, 2, 3, 7, 200, 201, 402, 1000):
        yield f"exponential, {n}", random.exponential(size=n)
    yield "normal, 1601", random.normal(size=1601)
    yield "ties", random.randint(0, 4, size=500)
    yield "equal", np.full(37, 0.1)
    yield "zeros", np.zeros(5)
    yield "offset 10^6", 1e6 + random.normal(size=300)
    yield "one step apart", np.where(np.arange(100) == 42, np.nextafter(np.float32(0.1), np.float32(1)), np.float32(0.1))
    yield "tiny", random.exponential(size=50) * 1e-39
    yield "huge", random.exponential(size=50) * 1e37
    yield "both signs", np.concatenate([-(2.0 ** np.arange(60)), 2.0 ** np.arange(60)])


cases = []
for name, values in arrays():
    pixels = values.astype(np.float32)
    exact = pixels.astype(np.float64)
    row = [np.quantile(exact, 0.995), skew(exact), kurtosis(exact), np.mean(exact)]
    cases.append({
        "name": name,
        "pixels": [float(p) for p in pixels],
        "statistics": [None if np.isnan(value) else float(value) for value in row],
    })
root = pathlib.Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("peer", root / "bench/peers/statistics.py")
peer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(peer)
maps, labels = peer.make_input()
whole = peer.statistics(maps.astype(np.float64), labels).ravel().tolist()

target = root / "tests/method/stats/fixtures/statistics.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "cases": cases, "peer": whole}) + "\n")
