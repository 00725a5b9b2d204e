"""Exports a small PaDiM of anomalib as it exports models, and writes what anomalib itself says of some pictures, for
tests/method/detect/onnx_test.ts.

    pip install anomalib==2.7.0 onnxscript==0.7.2
    python -P tools/oracles/anomalib_export.py

Pictures are 0.5 + 0.2 · numpy.random.RandomState(seed).standard_normal, cut to 0 to 1, which lib/base/tensor/random.ts follows.
The backbone is timm's test_byobnet with drawn weights up to stride 4, so that the file is small.
"""
import json
import pathlib
import shutil
import tempfile

import numpy as np
import onnx
import torch
from anomalib.models import Padim

SIDE = 64
target = pathlib.Path(__file__).parents[2] / "tests/method/detect/fixtures"


def pictures(seed, count):
    values = np.random.RandomState(seed).standard_normal((count, 3, SIDE, SIDE)).astype(np.float32)
    return torch.from_numpy(np.clip(0.5 + 0.2 * values, 0, 1))


torch.manual_seed(0)
model = Padim(
    backbone="test_byobnet",
    layers=["stages.0"],
    pre_trained=False,
    n_features=8,
    pre_processor=Padim.configure_pre_processor((SIDE, SIDE)),
)
model.model.train()
model.model(model.pre_processor(pictures(1, 24)))
model.model.fit()
model.eval()
# What a validation would have found: raw maps and scores of further good pictures and of bright ones.
with torch.no_grad():
    good = model.model(model.pre_processor(pictures(2, 8)))
    bad = model.model(model.pre_processor((pictures(3, 8) * 1.5).clamp(0, 1)))
post = model.post_processor
for kind, name in (("image", "pred_score"), ("pixel", "anomaly_map")):
    low, high = getattr(good, name), getattr(bad, name)
    getattr(post, f"{kind}_min").copy_(torch.minimum(low.min(), high.min()))
    getattr(post, f"{kind}_max").copy_(torch.maximum(low.max(), high.max()))
    getattr(post, f"_{kind}_threshold").copy_(low.max())

shown = pictures(4, 3)
shown[1, :, 20:40, 20:40] = 1
with torch.no_grad():
    found = model(shown)
folder = target / "anomalib"
folder.mkdir(exist_ok=True)
with tempfile.TemporaryDirectory() as exported:
    # A size is given, so the batch alone is free.
    path = pathlib.Path(model.to_onnx(exported, input_size=(SIDE, SIDE)))
    shutil.copy(f"{path}.data", folder)
    file = onnx.load(path, load_external_data=False)
# Where each node stands in the sources on the machine that made it: most of the file.
for held in [file.graph, *file.graph.node, *file.graph.value_info, *file.graph.input, *file.graph.output]:
    del held.metadata_props[:]
(folder / path.name).write_bytes(file.SerializeToString(deterministic=True))
(folder / "outputs.json").write_text(
    json.dumps({
        "seed": 4,
        "side": SIDE,
        "score": found.pred_score.flatten().tolist(),
        # Every 37th pixel.
        "map": found.anomaly_map.flatten()[::37].tolist(),
    }) + "\n"
)
