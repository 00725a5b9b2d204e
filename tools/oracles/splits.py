"""Writes tests/picture/data/fixtures/splits.json: how scikit-learn's train_test_split deals n bad parts out by seed."""
import json
import pathlib
from sklearn.model_selection import train_test_split

SEEDS = [333, 576, 725, 823, 831, 902, 226, 598, 874, 589]
cases = []
for count in (100, 60, 11):
    for seed in SEEDS:
        train, test = train_test_split(list(range(count)), test_size=count - 10, random_state=seed)
        cases.append({"count": count, "seed": seed, "train": train, "test": test})
target = pathlib.Path(__file__).parents[2] / "tests/picture/data/fixtures/splits.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(cases) + "\n")
