"""Maps that are enlarged by the nearest place and blurred, as anomalib's PatchCore has them, for
tests/method/detect/upsample_test.ts.

    python -P tools/oracles/nearest.py > tests/method/detect/fixtures/nearest.json

PyTorch's interpolate (nearest) and torchvision's gaussian_blur, whose window reaches 4 deviations as anomalib's does. Maps are
numpy.random.RandomState(seed).standard_normal.
"""

import json

import numpy as np
import torch
from torchvision.transforms.functional import gaussian_blur

cases = []
for seed, (h, w), (height, width), sigma in [
    (1, (8, 8), (64, 64), 4), (2, (5, 7), (40, 56), 2), (3, (32, 32), (48, 40), 1.5), (4, (16, 16), (8, 12), 0.5),
    (5, (6, 5), (20, 12), 0),
]:
    small = torch.from_numpy(np.random.RandomState(seed).standard_normal((2, 1, h, w)).astype(np.float32))
    big = torch.nn.functional.interpolate(small, size=(height, width), mode="nearest").double()
    side = 2 * int(4 * sigma + 0.5) + 1
    smooth = gaussian_blur(big, [side, side], [sigma, sigma]) if sigma else big
    places = np.random.RandomState(seed).randint(0, smooth.numel(), 60)
    cases.append({"seed": seed, "from": [h, w], "to": [height, width], "sigma": sigma, "places": places.tolist(),
                  "values": smooth.flatten()[places].tolist()})
print(json.dumps(cases))
