"""Pre-training written from the papers' equations, on formula weights and pictures, for tests/method/pretrain/methods_test.ts.

    python -P tools/oracles/pretrain.py > tests/method/pretrain/fixtures/pretrain.json

A backbone of two convolutions with batch norm; SimSiam, MoCo, SimCLR and supervised training with and without the SPD term,
the contrastive ones also with an auxiliary classifier in its place ("xent"): losses of three steps, gradients of the first, and what weights, running statistics and the queue are after the third.
In double precision: what differs then is the other side's rounding alone.
"""

import json
import math

import torch
from torch.nn.functional import batch_norm, conv2d, cosine_similarity, cross_entropy, linear, normalize, relu

N, SIDE, HIDDEN, DIM, QUEUE, CLASSES = 8, 16, 6, 8, 12, 3
MEAN = torch.tensor([0.485, 0.456, 0.406]).double().reshape(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).double().reshape(1, 3, 1, 1)
RATE, DECAY, KEY_MOMENTUM, TAU, ETA = 0.05, 0.01, 0.9, 0.2, 0.3


def wave(shape, phase, scale=1.0, offset=0.0):
    values = torch.arange(math.prod(shape), dtype=torch.float64)
    # As 32-bit numbers, which the other side holds.
    return (scale * torch.sin(0.7 * values + phase) + offset).reshape(shape).float().double()


def pictures(phase):
    i = torch.arange(3 * SIDE * SIDE, dtype=torch.float64)
    rows = [0.5 + 0.5 * torch.sin((0.3 + 0.05 * n + 0.02 * phase) * i + phase) for n in range(N)]
    return torch.stack(rows).reshape(N, 3, SIDE, SIDE).float().double()


class Net:
    """Weights by name, made by formula when they are first asked for."""

    def __init__(self):
        self.weights, self.buffers = {}, {}

    def weight(self, name, *shape):
        if name not in self.weights:
            if len(shape) > 1:
                made = wave(shape, len(name), math.sqrt(4 / math.prod(shape[1:])))
            else:
                made = wave(shape, len(name), 0.1, 1.0 if name.endswith("weight") else 0.0)
            self.weights[name] = made.requires_grad_()
        return self.weights[name]

    def norm(self, x, name, affine=True):
        c = x.shape[1]
        if name not in self.buffers:
            mean, var = f"{name}.running_mean", f"{name}.running_var"
            self.buffers[name] = [wave((c,), len(mean), 0.1), wave((c,), len(var), 0.1, 1.0)]
        mean, var = self.buffers[name]
        scale = [self.weight(f"{name}.weight", c), self.weight(f"{name}.bias", c)] if affine else [None, None]
        return batch_norm(x, mean, var, *scale, training=True, momentum=0.1, eps=1e-5)

    def encode(self, image):
        x = (image - MEAN) / STD
        x = relu(self.norm(conv2d(x, self.weight("conv1.weight", 4, 3, 3, 3), stride=2, padding=1), "bn1"))
        x = relu(self.norm(conv2d(x, self.weight("conv2.weight", 5, 4, 3, 3), stride=2, padding=1), "bn2"))
        return x.mean((2, 3))

    def linear(self, x, name, out, bias=True):
        w = self.weight(f"head.{name}.weight", out, x.shape[1])
        return linear(x, w, self.weight(f"head.{name}.bias", out) if bias else None)

    def hidden(self, x, name, out):
        return relu(self.norm(self.linear(x, name, out, False), f"head.{name}.norm"))

    def mlp(self, image):
        return self.linear(relu(self.linear(self.encode(image), "projection.0", HIDDEN)), "projection.1", DIM)

    def project(self, image):
        x = self.hidden(self.hidden(self.encode(image), "projection.0", HIDDEN), "projection.1", HIDDEN)
        return self.norm(self.linear(x, "projection.2", DIM, False), "head.projection.2.norm", False)

    def predict(self, z):
        return self.linear(self.hidden(z, "prediction.0", DIM // 4), "prediction.1", DIM)


def spd(z, negative, positive):
    return (cosine_similarity(z, negative) - cosine_similarity(z, positive)).mean()


def spot_entropy(net, whole, defect):
    """Whether a picture has a local defect."""
    logits = torch.cat([net.linear(net.encode(view), "spot", 1).flatten() for view in (whole, defect)])
    labels = torch.cat([torch.zeros(N), torch.ones(N)]).double()
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)


def term(net, z, project, views, kind):
    positive, negative = views[2:]
    if kind == "xent":
        return spot_entropy(net, positive, negative)
    positive, negative = project(positive), project(negative)
    return spd(z, negative, positive)


def simsiam(net, views, eta, kind):
    z1, z2 = net.project(views[0]), net.project(views[1])
    p1, p2 = net.predict(z1), net.predict(z2)
    loss = -0.5 * (cosine_similarity(p1, z2.detach()).mean() + cosine_similarity(p2, z1.detach()).mean())
    return loss if eta is None else loss + eta * term(net, z1, net.project, views, kind)


def simclr(net, views, eta, kind):
    z1, z2 = net.mlp(views[0]), net.mlp(views[1])
    z = normalize(torch.cat([z1, z2]))
    s = (z @ z.T) / TAU
    s.fill_diagonal_(-math.inf)
    loss = cross_entropy(s, torch.cat([torch.arange(N) + N, torch.arange(N)]))
    return loss if eta is None else loss + eta * term(net, z1, net.mlp, views, kind)


def moco(net, views, eta, kind):
    z = net.mlp(views[0])
    if not hasattr(net, "key"):
        net.key = Net()
        net.key.weights = {name: w.detach().clone() for name, w in net.weights.items()}
        net.queue = normalize(wave((QUEUE, DIM), len("head.queue"), math.sqrt(4 / DIM)))
    with torch.no_grad():
        for name, w in net.key.weights.items():
            net.key.weights[name] = KEY_MOMENTUM * w + (1 - KEY_MOMENTUM) * net.weights[name]
        key = normalize(net.key.mlp(views[1]))
    query = normalize(z)
    logits = torch.cat([(query * key).sum(1, keepdim=True), query @ net.queue.T], 1) / TAU
    loss = cross_entropy(logits, torch.zeros(N, dtype=torch.long))
    net.queue = torch.cat([net.queue[N:], key])
    return loss if eta is None else loss + eta * term(net, z, net.mlp, views, kind)


def supervised(net, views, eta, _):
    h = net.encode(views[0])
    loss = cross_entropy(net.linear(h, "classifier", CLASSES), torch.arange(N) % CLASSES)
    return loss if eta is None else loss + eta * spot_entropy(net, *views[2:])


def summary(x):
    return {"norm": x.detach().norm().item(), "first": x.detach().flatten()[:4].tolist()}


def case(objective, eta, kind="cosine"):
    net, losses, velocity, gradients = Net(), [], {}, {}
    for step in range(3):
        loss = objective(net, [pictures(10 * step + v) for v in range(4)], eta, kind)
        losses.append(loss.item())
        names = list(net.weights)
        grads = torch.autograd.grad(loss, [net.weights[name] for name in names])
        if step == 0:
            gradients = {name: summary(g) for name, g in zip(names, grads)}
        with torch.no_grad():
            for name, g in zip(names, grads):
                w = net.weights[name]
                velocity[name] = 0.9 * velocity.get(name, 0) + g + DECAY * w
                w -= RATE * velocity[name]
    after = {name: summary(w) for name, w in net.weights.items()}
    nets = [("", net)] + ([("key.", net.key)] if hasattr(net, "key") else [])
    for prefix, each in nets:
        for name, (mean, var) in each.buffers.items():
            after[f"{prefix}{name}.running_mean"] = summary(mean)
            after[f"{prefix}{name}.running_var"] = summary(var)
    if hasattr(net, "key"):
        after |= {f"key.{name}": summary(w) for name, w in net.key.weights.items()}
        after["queue"] = summary(net.queue)
    return {"losses": losses, "gradients": gradients, "after": after}


methods = {"simsiam": simsiam, "moco": moco, "simclr": simclr, "supervised": supervised}
print(json.dumps({
    name: {
        "plain": case(objective, None),
        "spd": case(objective, ETA),
        **({} if name == "supervised" else {"xent": case(objective, ETA, "xent")}),
    }
    for name, objective in methods.items()
}))
