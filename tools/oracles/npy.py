"""Writes tests/base/io/fixtures/npy.json: small arrays of every element type as numpy saves them.

    python tools/oracles/npy.py
"""
import base64
import io
import json

import numpy as np

cases = []
for code in ["|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8"]:
    for order in "CF":
        for shape in [(5,), (2, 3), (2, 3, 2), ()]:
            values = np.arange(int(np.prod(shape)))
            if code[1] in "if":
                values = values - 3
            if code[1] == "f":
                values = values / 4
            if code == "|b1":
                values = values % 2
            array = np.asarray(values.reshape(shape).astype(code), order=order)
            file = io.BytesIO()
            np.save(file, array)
            cases.append({
                "code": code,
                "order": order,
                "shape": list(shape),
                "file": base64.b64encode(file.getvalue()).decode(),
                "values": [float(x) for x in array.ravel(order="C")],
            })
refused = {}
for name, array in {
    "big endian": np.arange(3, dtype=">f4"),
    "complex": np.arange(3, dtype="<c8"),
    "text": np.array(["a", "b"]),
    "records": np.zeros(2, dtype=[("a", "<f4")]),
}.items():
    file = io.BytesIO()
    np.save(file, array)
    refused[name] = base64.b64encode(file.getvalue()).decode()
large = io.BytesIO()
np.save(large, np.array([2**40], dtype="<i8"))
with open("tests/base/io/fixtures/npy.json", "w") as out:
    json.dump({"cases": cases, "refused": refused, "large": base64.b64encode(large.getvalue()).decode()}, out)
