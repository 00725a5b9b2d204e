"""torchvision's adjust_hue on some colours, for tests/picture/image/hue_test.ts.

    python -P tools/oracles/hue.py > tests/picture/image/fixtures/hue.json
"""

import json

import torch
from torchvision.transforms.functional import adjust_hue

colours = (0.5 + 0.5 * torch.sin(1.7 * torch.arange(3 * 40) ** 1.1)).reshape(3, 1, 40).double()
colours[:, 0, 0], colours[:, 0, 1] = 0.3, torch.tensor([1.0, 1.0, 0.0]).double()
turns = [-0.5, -0.1, 0.0, 0.07, 0.5]
print(json.dumps({
    "colours": colours.flatten().tolist(),
    "turned": [[turn, adjust_hue(colours, turn).flatten().tolist()] for turn in turns],
}))
