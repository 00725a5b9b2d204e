"""Writes tests/picture/image/fixtures/odd_pictures.json: TIFF, BMP, PNG and JPEG files of unusual kinds, and what PIL or
tifffile reads in them, or why they must be refused.

Bytes are base64. Run with Pillow, numpy, tifffile and imagecodecs: python tools/oracles/odd_pictures.py
"""
import base64
import io
import json
import pathlib
import struct

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

random = np.random.RandomState(11)
H, W = 7, 19


def text(data):
    return base64.b64encode(bytes(data)).decode()


def noise(*shape, dtype=np.uint8):
    return random.randint(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def tiff(array, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, array, metadata=None, **options)
    return out.getvalue()


eight, deep, refused = [], [], []


def keep(name, data, rgb):
    """An 8-bit file and its colours, [H,W,3] or grey."""
    rgb = np.repeat(rgb[..., None], 3, axis=2) if rgb.ndim == 2 else rgb
    eight.append({"name": name, "file": text(data), "height": rgb.shape[0], "width": rgb.shape[1],
                  "rgb": text(np.ascontiguousarray(rgb.astype(np.uint8)).tobytes())})


def pil(data):
    picture = Image.open(io.BytesIO(data))
    picture = picture.convert("LA") if picture.mode == "La" else picture
    return np.asarray(picture.convert("RGB"))


def keep_deep(name, data, samples):
    """A file of 16 bits and its samples without alpha, in little-endian order."""
    deep.append({"name": name, "file": text(data), "samples": text(samples.astype("<u2").tobytes()), "channels": 1 if samples.ndim == 2 else 3})


def refuse(name, data, reason):
    refused.append({"name": name, "file": text(data), "reason": reason})


# Planes of separate samples, which tifffile reads as arrays: in strips and tiles, with and without compression
ways = {"strips": {"rowsperstrip": 4}, "one strip, lzw": {"compression": "lzw", "predictor": True},
        "tiles, deflate": {"tile": (16, 16), "compression": "zlib", "predictor": True}}
for way, options in ways.items():
    for kind, photometric, colours, extra in (("grey + alpha", "minisblack", 1, 1), ("white as 0 + alpha", "miniswhite", 1, 1),
                                              ("rgb", "rgb", 3, 0), ("rgb + alpha", "rgb", 3, 1), ("cmyk", "separated", 4, 0)):
        for dtype in (np.uint8, np.uint16):
            if kind == "cmyk" and dtype == np.uint16:
                continue
            data = tiff(noise(colours + extra, H, W, dtype=dtype), photometric=photometric, planarconfig="separate",
                        **({"extrasamples": ["unassalpha"]} if extra else {}), **options)
            planes = tifffile.imread(io.BytesIO(data))
            planes = np.iinfo(dtype).max - planes if photometric == "miniswhite" else planes
            name = f"planar tiff {kind}, {np.dtype(dtype).name}, {way}"
            if kind == "cmyk":
                keep(name, data, np.asarray(Image.fromarray(np.moveaxis(planes, 0, -1).copy(), "CMYK").convert("RGB")))
            else:
                picture = planes[0] if colours == 1 else np.moveaxis(planes[:3], 0, -1)
                (keep if dtype == np.uint8 else keep_deep)(name, data, picture)
for name, options in {"big-endian": {"byteorder": ">"}, "bigtiff": {"bigtiff": True},
                      "big-endian bigtiff": {"bigtiff": True, "byteorder": ">"}}.items():
    planes = noise(2, H, W)
    keep(f"planar tiff grey + alpha, {name}", tiff(planes, photometric="minisblack", planarconfig="separate",
         extrasamples=["unassalpha"], rowsperstrip=4, **options), planes[0])
    planes = noise(2, H, W, dtype=np.uint16)
    keep_deep(f"planar tiff grey + alpha, 16 bits, {name}", tiff(planes, photometric="minisblack", planarconfig="separate",
              extrasamples=["unassalpha"], **options), planes[0])
# Premultiplied alpha, as PIL undoes it
for kind, channels in (("grey", 2), ("rgb", 4)):
    for planar in (False, True):
        array = noise(channels, H, W) if planar else noise(H, W, channels)
        (array[:-1] if planar else array[..., :-1])[:] //= 3
        data = tiff(array, photometric="rgb" if channels == 4 else "minisblack", extrasamples=["assocalpha"],
                    planarconfig="separate" if planar else "contig", compression="zlib")
        side_by_side = np.moveaxis(array, 0, -1).copy() if planar else array
        keep(f"{'planar ' if planar else ''}tiff {kind} + premultiplied alpha", data, pil(tiff(
            side_by_side, photometric="rgb" if channels == 4 else "minisblack", extrasamples=["assocalpha"])))
array = np.dstack([noise(H, W, 3, dtype=np.uint16), np.full((H, W), 65535, np.uint16)])
keep_deep("tiff rgb + premultiplied alpha, 16 bits, opaque", tiff(array, photometric="rgb", extrasamples=["assocalpha"]), array[..., :3])
# Kinds that are read beside those of pictures.py
for name, array, options in (
    ("white as 0", noise(H, W), {"photometric": "miniswhite"}), ("rgb + padding", noise(H, W, 4), {"photometric": "rgb", "extrasamples": ["unspecified"]}),
    ("packbits", noise(H, W, 3), {"photometric": "rgb", "compression": "packbits"}),
    ("jpeg", noise(H, W, 3), {"photometric": "rgb", "compression": "jpeg"}),
    ("jpeg in YCbCr", noise(H, W, 3), {"photometric": "ycbcr", "compression": "jpeg"}),
    ("2 bits", noise(H, W) >> 6, {"photometric": "minisblack", "bitspersample": 2}),
    ("4 bits, white as 0", noise(H, W) >> 4, {"photometric": "miniswhite", "bitspersample": 4}),
    ("bigtiff", noise(H, W, 3), {"photometric": "rgb", "bigtiff": True}),
):
    data = tiff(array, **options)
    keep(f"tiff {name}", data, pil(data))
array = noise(H, W, 3)
keep("tiff webp", tiff(array, photometric="rgb", compression="webp"), array)
array = noise(H, W, dtype=np.uint16)
keep_deep("tiff 16 bits, white as 0", tiff(array, photometric="miniswhite"), 65535 - array)

# Refused, with the reason
refuse("tiff of 12 bits", tiff(noise(H, W, dtype=np.uint16) >> 4, photometric="minisblack", bitspersample=12), "12 bits a sample")
refuse("tiff of 10 bits, white as 0", tiff(noise(H, W, dtype=np.uint16) >> 6, photometric="miniswhite", bitspersample=10), "10 bits a sample")
for name, number in (("zstd", "50000 (ZSTD)"), ("lzma", "34925 (LZMA)"), ("lerc", "34887 (LERC)"), ("jpeg2000", "34712 (JPEG 2000)")):
    refuse(f"tiff of {name}", tiff(noise(H, W, 3), photometric="rgb", compression=name), f"it has compression {number}, which is not read")
for dtype in (np.uint8, np.uint16):
    for planar in ("contig", "separate"):
        name = f"{np.dtype(dtype).name}, {planar}"
        bands = lambda n: noise(H, W, n, dtype=dtype) if planar == "contig" else noise(n, H, W, dtype=dtype)
        refuse(f"tiff of two bands, {name}", tiff(bands(2), photometric="minisblack", planarconfig=planar), "2 bands where grey has 1")
        refuse(f"tiff of three bands, {name}", tiff(bands(3), photometric="minisblack", planarconfig=planar), "3 bands where grey has 1")
        refuse(f"tiff of five bands, {name}", tiff(bands(5), photometric="minisblack", planarconfig=planar), "5 bands where grey has 1")
        refuse(f"tiff of RGB and two bands, {name}", tiff(bands(5), photometric="rgb", planarconfig=planar), "5 bands where RGB has 3")
refuse("tiff of 16-bit CMYK", tiff(noise(H, W, 4, dtype=np.uint16), photometric="separated"), "16 bits a sample in CMYK")
refuse("tiff of halves", tiff(noise(H, W).astype(np.float16), photometric="minisblack"), "16-bit float samples")
refuse("tiff with signs", tiff(noise(H, W).view(np.int8), photometric="minisblack"), "8-bit int samples")
refuse("tiff of 32 bits", tiff(noise(H, W).astype(np.uint32), photometric="minisblack"), "32 bits a sample")
refuse("tiff in YCbCr without JPEG", tiff(noise(H, W, 3), photometric="ycbcr"), "YCbCr without JPEG")
refuse("tiff of a mosaic", tiff(noise(H, W), photometric="cfa"), "the raw mosaic of a camera")
refuse("tiff that begins with a preview", tiff(noise(H, W, 3), photometric="rgb", subfiletype=1), "a preview of another one")

# BMP
grey, colour = noise(H, W), noise(H, W, 3)


def bmp(bits, rows, palette=b"", offset=None, used=0, height=-H):
    pixels = b"".join(row + b"\0" * (-len(row) % 4) for row in rows)
    start = 54 + len(palette)
    return (b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start if offset is None else offset)
            + struct.pack("<IiiHHIIiiII", 40, W, height, 1, bits, 0, len(pixels), 2835, 2835, used, 0) + palette + pixels)


ramp = b"".join(bytes([v, (3 * v) % 256, 255 - v, 0]) for v in range(256))
bytes_of = lambda array: [row.tobytes() for row in array]
keep("bmp grey without a palette", bmp(8, bytes_of(grey)), grey)
for name, data in (("bmp rgb, no place of pixels", bmp(24, bytes_of(colour), offset=0)),
                   ("bmp palette, no place of pixels", bmp(8, bytes_of(grey), ramp, offset=0)),
                   ("bmp palette, named as the pixels", bmp(8, bytes_of(grey), ramp, offset=54)),
                   ("bmp palette of 20 colours, not counted", bmp(8, bytes_of(grey % 20), ramp[:80]))):
    keep(name, data, pil(data))
refuse("bmp of colours beyond its palette", bmp(8, bytes_of(grey % 20 + 1), ramp[:80], used=20), "colour 20 and a palette of 20")
refuse("bmp of pixels inside the header", bmp(24, bytes_of(colour), offset=30), "pixels begin at byte 30, inside the header")
refuse("bmp of 4 bits without a palette", bmp(4, bytes_of(grey[:, :10])), "palette of 16 colours is missing")

# PNG and JPEG
out = io.BytesIO()
Image.fromarray(colour).save(out, "PNG", save_all=True, append_images=[Image.fromarray(colour[::-1].copy())])
refuse("png of two frames", out.getvalue(), "2 pages and a picture is one: save each page as a file")
refuse("jpeg of 12 bits", imagecodecs.jpeg8_encode(noise(H, W, dtype=np.uint16) >> 4, bitspersample=12), "12 bits a sample in JPEG")
keep("jpeg without loss", imagecodecs.ljpeg_encode(grey), grey)

# A line scan: more rows than JPEG has, row i of grey (7919 i + column) % 251, resized by PIL
rows, columns = 70_000, 3
scan = ((np.arange(rows)[:, None] * 7919 + np.arange(columns)) % 251).astype(np.uint8)
tall = [{"filter": name, "height": height, "width": width,
         "grey": text(np.asarray(Image.fromarray(scan).resize((width, height), filter)).tobytes())}
        for name, filter in (("bilinear", 2), ("bicubic", 3)) for height, width in ((64, 2), (7, 5), (1000, 3))]

path = pathlib.Path(__file__).parents[2] / "tests/picture/image/fixtures/odd_pictures.json"
path.write_text(json.dumps({"pictures": eight, "deep": deep, "refused": refused, "tall": tall}, indent=0, ensure_ascii=False) + "\n")
