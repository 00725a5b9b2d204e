"""Writes tests/base/io/fixtures/safetensors.json: a file that Python's safetensors made, and what is in it.

    pip install safetensors==0.8.0 numpy
    python tools/oracles/safetensors_file.py
"""

import base64
import json

import numpy as np
from safetensors.numpy import save

names = {"float32": "f32", "float64": "f64", "uint8": "u8", "int32": "i32", "int64": "i64"}
tensors = {
    "memory bank": np.arange(-6, 6, dtype=np.float32).reshape(3, 4) / 8,
    "mean": np.array([1e-300, 0.1, -7.5e200]),
    "labels": np.array([[0, 255], [1, 2]], dtype=np.uint8),
    "index": np.array([-2147483648, 2147483647], dtype=np.int32),
    "wide": np.array([2**40, -3], dtype=np.int64),
    "none": np.zeros((0, 4), dtype=np.float32),
    "single": np.array(2.5, dtype=np.float32),
}
metadata = {"detector": "patchcore", "größe": "3 × 4"}
with open("tests/base/io/fixtures/safetensors.json", "w") as file:
    json.dump(
        {
            "made_by": "tools/oracles/safetensors_file.py",
            "file": base64.b64encode(save(tensors, metadata)).decode(),
            "metadata": metadata,
            "tensors": {
                key: {"dtype": names[str(value.dtype)], "shape": list(value.shape), "values": value.ravel().tolist()}
                for key, value in tensors.items()
            },
        },
        file,
        ensure_ascii=False,
    )
    file.write("\n")
