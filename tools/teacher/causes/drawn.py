"""Pictures that are drawn: "dead leaves" (Lee, Mumford and Huang 2001) with textures of random spectra.

Their edges, occlusions and spectra are those of photographs, and a graphics card draws some 20,000 a minute. Everything
is drawn by a generator, on the generator's device. Images are f32[N,3,H,W] from 0 to 1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

GREY = (0.2989, 0.587, 0.114)


def uniform(generator: Generator, *shape: int) -> Tensor:
    """Numbers from 0 to 1."""
    return torch.rand(*shape, device=generator.device, generator=generator)


def whole(generator: Generator, below: int, *shape: int) -> Tensor:
    """Whole numbers from 0."""
    return torch.randint(below, shape, device=generator.device, generator=generator)


def textures(count: int, side: int, generator: Generator) -> Tensor:
    """Textures of mean 0 and deviation 1, each of another spectrum, which tile without a seam: f32[count,side,side]."""
    device = generator.device
    each = (count, 1, 1)
    fy = torch.fft.fftfreq(side, device=device)[:, None]
    fx = torch.fft.rfftfreq(side, device=device)[None]
    angle = math.pi * uniform(generator, *each)
    stretch = torch.exp(2.2 * uniform(generator, *each) ** 2 * torch.sign(uniform(generator, *each) - 0.4))
    along = fx * torch.cos(angle) + fy * torch.sin(angle)
    across = -fx * torch.sin(angle) + fy * torch.cos(angle)
    frequency = torch.sqrt((along * stretch) ** 2 + (across / stretch) ** 2 + (0.3 / side) ** 2)
    # Three in four fall by a power of the frequency, as photographs do, the others have one grain.
    falling = frequency ** -(0.2 + 2.4 * uniform(generator, *each))
    middle = 0.02 + 0.3 * uniform(generator, *each) ** 2
    grained = torch.exp(-(((frequency - middle) / (0.2 * middle)) ** 2) / 2)
    amplitude = torch.where(uniform(generator, *each) < 0.25, grained, falling)
    noise = torch.randn(count, side, side, device=device, generator=generator)
    made = standardised(torch.fft.irfft2(torch.fft.rfft2(noise) * amplitude, s=(side, side)))
    # About half are bent, so that not all values are spread as a bell.
    bent = [torch.sign(made), made.abs(), (3 * made).sigmoid(), -torch.log(made.abs() + 0.05)]
    which = uniform(generator, *each)
    for limit, values in reversed(list(zip((0.12, 0.24, 0.36, 0.46), bent, strict=True))):
        made = torch.where(which < limit, values, made)
    return standardised(made)


def standardised(planes: Tensor) -> Tensor:
    """Each plane at mean 0 and deviation 1."""
    return (planes - planes.mean((1, 2), keepdim=True)) / planes.std((1, 2), keepdim=True).clamp_min(1e-6)


def leaves(count: int, side: int, bank: Tensor, most: int, generator: Generator) -> Tensor:
    """Overlapping shapes on a ground, at least 8 and at most `most` in a picture, filled from a bank of textures."""
    places = torch.arange(side, device=generator.device)
    rows, columns = places[:, None], places[None]
    shapes = 8 + ((most - 8) * uniform(generator, count) ** 1.3).long()
    image = filling(count, rows, columns, bank, generator)[0]
    for i in range(1, int(shapes.max()) + 1):
        fill, texture, rough = filling(count, rows, columns, bank, generator)
        mask = shape(count, side, texture, rough, generator) & (shapes[:, None, None] >= i)
        # One in five is translucent.
        translucent = 0.3 + 0.7 * uniform(generator, count, 1, 1)
        share = torch.where(uniform(generator, count, 1, 1) < 0.2, translucent, 1.0)
        cover = (mask * share)[:, None]
        image = image * (1 - cover) + cover * fill
    return photographed(image, generator)


def filling(
    count: int, rows: Tensor, columns: Tensor, bank: Tensor, generator: Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """What shapes are filled with, f32[count,3,side,side]; its texture, and how strong that is."""
    each = (count, 1, 1)
    grey, tint = uniform(generator, count, 1, 1, 1), 0.8 * uniform(generator, count, 1, 1, 1) ** 2
    colour = grey + tint * (uniform(generator, count, 3, 1, 1) - 0.5)
    size = bank.shape[1]
    which, zoom = whole(generator, len(bank), *each), 1 + whole(generator, 2, *each)
    top, left = whole(generator, size, *each), whole(generator, size, *each)
    texture = bank[which, (rows * zoom + top) % size, (columns * zoom + left) % size]
    rough = 0.3 * uniform(generator, *each) ** 2
    # Three in ten are striped, by a sine or by bars.
    angle, period = math.pi * uniform(generator, *each), 3 + 40 * uniform(generator, *each) ** 2
    phase = 2 * math.pi * ((rows * angle.sin() + columns * angle.cos()) / period + uniform(generator, *each))
    bars = torch.sign(phase.sin() - 1.6 * (uniform(generator, *each) - 0.5))
    stripes = torch.where(uniform(generator, *each) < 0.5, phase.sin(), bars)
    striped = (uniform(generator, *each) < 0.3) * 0.3 * uniform(generator, *each)
    down, right = (0.003 * (uniform(generator, *each) - 0.5) for _ in range(2))
    middle = len(rows) / 2
    values = rough * texture + striped * stripes + down * (rows - middle) + right * (columns - middle)
    return colour + values[:, None], texture, rough


def shape(count: int, side: int, texture: Tensor, rough: Tensor, generator: Generator) -> Tensor:
    """Where a shape lies, somewhere, turned, and of any size: bool[count,side,side]."""
    each = (count, 1, 1)
    places = torch.arange(side, device=generator.device, dtype=torch.float32)
    # Radii as in photographs: their density falls with the third power.
    radius = torch.clamp(5 / torch.sqrt(uniform(generator, *each) + (10 / side) ** 2), max=side / 2)
    dy = places[:, None] - side * uniform(generator, *each)
    dx = places[None] - side * uniform(generator, *each)
    angle, longer = math.pi * uniform(generator, *each), 1 + 3 * uniform(generator, *each) ** 2
    v = (dy * angle.cos() - dx * angle.sin()) / radius
    u = (dy * angle.sin() + dx * angle.cos()) / (radius * longer)
    distance = v * v + u * u
    kinds = torch.stack([
        distance < 1,  # an ellipse
        (v.abs() < 0.9) & (u.abs() < 0.9),  # a rectangle
        (v.abs() < 0.06) & (u.abs() < 3),  # a bar
        (v < 0.7) & (v > 1.7 * u.abs() - 1),  # a triangle
        (distance < 1) & (distance > 0.6),  # a ring
        (v + 0.25 * torch.sin(4 * u + 6 * rough)).abs() < 0.05,  # a wave from side to side
        2 * v.abs() + 0.5 * texture * rough < 0.6 * (1 - u.abs()).clamp(0, 1),  # a splinter with a rough edge
    ])
    return kinds[whole(generator, len(kinds), count), torch.arange(count, device=generator.device)]


def photographed(image: Tensor, generator: Generator) -> Tensor:
    """As a camera leaves pictures: a lens, an exposure, noise."""
    count, each = len(image), (len(image), 1, 1, 1)
    image = blurred(image, 1.3 * uniform(generator, count))
    image = (0.6 + 0.7 * uniform(generator, *each)) * image + 0.3 * (uniform(generator, *each) - 0.5)
    return noisy(image, 0.03, generator).clamp(0, 1)


def blurred(image: Tensor, sigma: Tensor) -> Tensor:
    """Each picture by a Gaussian of its own, of 9 pixels."""
    count, channels, height, width = image.shape
    x = torch.arange(-4, 5, device=image.device)
    kernel = torch.exp(-(x**2) / (2 * sigma[:, None].clamp_min(0.05) ** 2))
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(channels, 0)[:, None]
    planes = F.pad(image, (4, 4, 4, 4), mode="reflect").reshape(1, -1, height + 8, width + 8)
    planes = F.conv2d(planes, kernel[:, :, None], groups=count * channels)
    return F.conv2d(planes, kernel[:, :, :, None], groups=count * channels).reshape(image.shape)


def noisy(image: Tensor, most: float, generator: Generator) -> Tensor:
    """With noise of a deviation of at most `most`, mostly much less."""
    deviation = most * uniform(generator, len(image), 1, 1, 1) ** 2
    return image + deviation * torch.randn(image.shape, device=image.device, generator=generator)


def draw_pool(count: int, side: int, *, textured: int, most: int, generator: Generator, batch: int = 64) -> Tensor:
    """Many pictures, u8[count,3,side,side]; from time to time the textures are drawn anew."""
    pool = torch.empty(count, 3, side, side, dtype=torch.uint8, device=generator.device)
    for at in range(0, count, batch):
        if at % (64 * batch) == 0:
            bank = textures(textured, 512, generator)
        some = leaves(min(batch, count - at), side, bank, most, generator)
        pool[at : at + batch] = (255 * some + 0.5).to(torch.uint8)
    return pool


def pick(pool: Tensor, parts: Tensor, batch: int, generator: Generator, share: float = 0.25) -> Tensor:
    """A batch at random, u8; `share` of it are parts of the stand-in."""
    drawn = pool[(uniform(generator, batch) * len(pool)).long()]
    others = parts[(uniform(generator, batch) * len(parts)).long()]
    return torch.where((uniform(generator, batch) < share)[:, None, None, None], others, drawn)


def augmented(pictures: Tensor, generator: Generator) -> Tensor:
    """Pictures, u8[N,3,H,W], as images, each enlarged, turned or mirrored, and in other colours and light."""
    count = len(pictures)
    each = (count, 1, 1, 1)
    image = pictures.float() / 255
    # How much of the side is seen: half of it to a third more than all.
    seen = torch.exp(math.log(2.2) * (1.5 * uniform(generator, count) - 0.9)).clamp(0.45, 1.3)
    free = (uniform(generator, count) < 0.5) * 2 * math.pi * uniform(generator, count)
    angle = free + whole(generator, 4, count) * (math.pi / 2)
    mirror = torch.where(uniform(generator, count) < 0.5, 1.0, -1.0)
    room = (1 - seen).clamp_min(0)
    moved = [room * (2 * uniform(generator, count) - 1) for _ in range(2)]
    image = cut(image, seen, angle, mirror, moved, "reflection")
    grey = grey_of(image)
    # Two in five are grey.
    saturation = (uniform(generator, *each) >= 0.4) * (0.4 + 1.2 * uniform(generator, *each))
    image = grey + saturation * (image - grey)
    image = torch.where(uniform(generator, *each) < 0.15, 1 - image, image)
    mean = image.mean((1, 2, 3), keepdim=True)
    contrast, lift = torch.exp(1.6 * (uniform(generator, *each) - 0.6)), 0.3 * (uniform(generator, *each) - 0.5)
    image = (mean + contrast * (image - mean) + lift).clamp(0, 1) ** torch.exp(uniform(generator, *each) - 0.5)
    return noisy(image, 0.02, generator).clamp(0, 1)


def grey_of(image: Tensor) -> Tensor:
    """The grey picture: f32[N,1,H,W]."""
    return (image * torch.tensor(GREY, device=image.device)[:, None, None]).sum(1, keepdim=True)


def cut(image: Tensor, seen: Tensor, angle: Tensor, mirror: Tensor, moved: list[Tensor], edge: str) -> Tensor:
    """A square of each picture, `seen` of its side, turned, mirrored and moved (by halves of the side), enlarged."""
    across = torch.stack([seen * angle.cos() * mirror, -seen * angle.sin(), moved[0]], 1)
    down = torch.stack([seen * angle.sin() * mirror, seen * angle.cos(), moved[1]], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), list(image.shape), align_corners=False)
    return F.grid_sample(image, grid, padding_mode=edge, align_corners=False)
