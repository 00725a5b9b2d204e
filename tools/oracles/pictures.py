"""Writes tests/picture/image/fixtures/{pictures,resizes}.json: small files of every kind and what PIL decodes and resizes them to.

Bytes are base64. Run with Pillow and numpy: python tools/oracles/pictures.py
"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageFilter, ImageOps

random = np.random.RandomState(7)
HEIGHT, WIDTH = 13, 19
noise = random.randint(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
smooth = np.asarray(Image.fromarray(random.randint(0, 256, (40, 60, 3), dtype=np.uint8))
                    .filter(ImageFilter.GaussianBlur(2)).resize((37, 29)))
grey = np.ascontiguousarray(noise[..., 0])
alpha = random.randint(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
wide = random.randint(0, 65536, (HEIGHT, WIDTH, 3)).astype(np.uint16)


def text(data):
    return base64.b64encode(bytes(data)).decode()


def encode(array, form, **options):
    out = io.BytesIO()
    picture = array if isinstance(array, Image.Image) else Image.fromarray(array)
    picture.save(out, form, **options)
    return out.getvalue()


pictures = []


def keep(name, data, expected=None):
    """Keeps a file and its pixels: PIL's upright RGB, where none are given."""
    if expected is None:
        expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    pictures.append({"name": name, "file": text(data), "height": expected.shape[0], "width": expected.shape[1],
                     "rgb": text(np.ascontiguousarray(expected).tobytes())})


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(array, interlace=0):
    """A 16-bit PNG, grey or RGB, each with alpha or without: PIL writes only grey."""
    channels = 1 if array.ndim == 2 else array.shape[2]
    big = array.astype(">u2").reshape(array.shape[0], -1)
    raw = b"".join(b"\0" + row.tobytes() for row in big)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 16, (0, 0, 4, 2, 6)[channels], 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(raw)) + png_chunk(b"IEND", b"")


def png_interlaced(array):
    """An Adam7 PNG of 8-bit RGB: PIL writes none."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    raw = b""
    for y, x, dy, dx in passes:
        part = array[y::dy, x::dx]
        if part.size:
            raw += b"".join(b"\0" + np.ascontiguousarray(row).tobytes() for row in part)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(raw)) + png_chunk(b"IEND", b"")


def grey_png(array, bits):
    """A grey PNG of 1, 2 or 4 bits."""
    raw = b""
    for row in array >> (8 - bits):
        flat = ((row[:, None] >> np.arange(bits - 1, -1, -1)) & 1).ravel().astype(np.uint8)
        raw += b"\0" + np.packbits(flat).tobytes()
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(raw)) + png_chunk(b"IEND", b"")


def stacked(array):
    return np.repeat(array[..., None], 3, axis=2) if array.ndim == 2 else array


def bmp(width, height, bits, compression, pixels, palette=b"", masks=b"", header_size=40):
    """A BMP file from its parts; the height is negative for rows from the top."""
    info = struct.pack("<IiiHHIIiiII", header_size, width, height, 1, bits, compression, len(pixels), 2835, 2835,
                       len(palette) // 4, 0)
    if header_size > 40:
        info += masks.ljust(header_size - 40, b"\0")
        masks = b""
    offset = 14 + len(info) + len(masks) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + info + masks + palette + pixels


def rows_of(array, bits_to_bytes):
    return b"".join((data := bits_to_bytes(row)) + b"\0" * (-len(data) % 4) for row in array)


# PNG
keep("png rgb", encode(noise, "PNG"))
keep("png grey", encode(grey, "PNG"))
keep("png grey 1×1", encode(grey[:1, :1], "PNG"))
keep("png rgb 1×1", encode(noise[:1, :1], "PNG"))
keep("png rgba", encode(np.dstack([noise, alpha]), "PNG"))
keep("png grey + alpha", encode(np.dstack([grey, alpha]), "PNG"))
keep("png palette 4 bits", encode(Image.fromarray(noise).quantize(16), "PNG"))
keep("png palette 8 bits", encode(Image.fromarray(noise).quantize(200), "PNG"))
keep("png palette + alpha", encode(Image.fromarray(noise).quantize(16), "PNG", transparency=bytes(range(0, 160, 10))))
keep("png rgb + transparent colour", encode(noise, "PNG", transparency=tuple(int(v) for v in noise[2, 3])))
keep("png grey + transparent value", encode(grey, "PNG", transparency=int(grey[2, 3])))
keep("png 1 bit", encode(Image.fromarray(grey > 128), "PNG"))
for bits in (1, 2, 4):
    levels = (grey >> (8 - bits)).astype(np.uint32) * 255 // (2**bits - 1)
    keep(f"png grey {bits} bits", grey_png(grey, bits), stacked(levels.astype(np.uint8)))
keep("png interlaced", png_interlaced(noise))
keep("png with a colour profile", encode(noise, "PNG", icc_profile=b"not a profile"))
# JPEG
keep("jpeg 4:2:0", encode(smooth, "JPEG", quality=85))
keep("jpeg 4:4:4", encode(smooth, "JPEG", quality=95, subsampling=0))
keep("jpeg 4:2:2", encode(smooth, "JPEG", quality=60, subsampling=1))
keep("jpeg progressive", encode(smooth, "JPEG", progressive=True))
keep("jpeg grey", encode(np.ascontiguousarray(smooth[..., 0]), "JPEG"))
keep("jpeg restart markers", encode(smooth, "JPEG", restart_marker_rows=1))
keep("jpeg cmyk", encode(Image.fromarray(smooth).convert("CMYK"), "JPEG", quality=90))

cmyk = encode(Image.fromarray(smooth).convert("CMYK"), "JPEG", quality=90)
adobe = cmyk.index(b"\xff\xee")
keep("jpeg cmyk without Adobe's mark", cmyk[:adobe] + cmyk[adobe + 2 + int.from_bytes(cmyk[adobe + 2 : adobe + 4], "big"):])
keep("jpeg rgb, not YCbCr", encode(smooth, "JPEG", keep_rgb=True))
keep("jpeg with bytes behind its end", encode(smooth, "JPEG") + b"some camera writes more")
keep("jpeg 1×1", encode(smooth[:1, :1], "JPEG"))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x112] = orientation
    keep(f"jpeg orientation {orientation}", encode(smooth, "JPEG", exif=exif))
    keep(f"png orientation {orientation}", encode(noise, "PNG", exif=exif))
    keep(f"webp orientation {orientation}", encode(noise, "WEBP", lossless=True, exif=exif))
    keep(f"tiff orientation {orientation}", encode(noise, "TIFF", tiffinfo={0x112: orientation}))
# WebP
keep("webp lossy", encode(smooth, "WEBP", quality=80))
keep("webp lossless", encode(noise, "WEBP", lossless=True))
keep("webp lossy + alpha", encode(np.dstack([smooth, smooth[..., 1]]), "WEBP", quality=70, exact=True))
keep("webp lossless + alpha", encode(np.dstack([noise, alpha]), "WEBP", lossless=True, exact=True))
# TIFF
for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
    keep(f"tiff rgb {compression}", encode(noise, "TIFF", compression=compression))
keep("tiff grey", encode(grey, "TIFF"))
keep("tiff 1 bit", encode(Image.fromarray(grey > 128), "TIFF", compression="group4"))
keep("tiff palette", encode(Image.fromarray(noise).quantize(50), "TIFF"))
keep("tiff rgba", encode(np.dstack([noise, alpha]), "TIFF"))
keep("tiff cmyk", encode(Image.fromarray(smooth).convert("CMYK"), "TIFF"))
# BMP
keep("bmp rgb", encode(noise, "BMP"))
keep("bmp grey", encode(grey, "BMP"))
keep("bmp 1 bit", encode(Image.fromarray(grey > 128), "BMP"))
keep("bmp palette", encode(Image.fromarray(noise).quantize(100), "BMP"))
keep("bmp rgba", encode(np.dstack([noise, alpha]), "BMP"))
keep("bmp 1×1", encode(noise[:1, :1], "BMP"))
bgr = noise[..., ::-1]
keep("bmp rows from the top", bmp(WIDTH, -HEIGHT, 24, 0, rows_of(bgr, lambda row: row.tobytes())), noise)
palette = b"".join(bytes([3 * i, 255 - 7 * i, 11 * i, 0]) for i in range(16))
nibbles = grey >> 4
colours = np.array([[11 * i, 255 - 7 * i, 3 * i] for i in range(16)], dtype=np.uint8)[nibbles]


def pack4(row):
    even = np.append(row, 0)[: (len(row) + 1) // 2 * 2]
    return (even[0::2] << 4 | even[1::2]).astype(np.uint8).tobytes()


keep("bmp 4 bits", bmp(WIDTH, HEIGHT, 4, 0, rows_of(nibbles[::-1], pack4), palette), colours)
five = (noise >> 3).astype(np.uint16)
keep("bmp 16 bits 5-5-5", bmp(WIDTH, HEIGHT, 16, 0, rows_of(
    (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2])[::-1], lambda row: row.astype("<u2").tobytes())))
six = (noise[..., 1] >> 2).astype(np.uint16)
keep("bmp 16 bits 5-6-5", bmp(WIDTH, HEIGHT, 16, 3, rows_of(
    (five[..., 0] << 11 | six << 5 | five[..., 2])[::-1], lambda row: row.astype("<u2").tobytes()),
    masks=struct.pack("<III", 0xf800, 0x7e0, 0x1f)))
bgrx = np.dstack([bgr, alpha])
keep("bmp 32 bits", bmp(WIDTH, HEIGHT, 32, 0, rows_of(bgrx[::-1], lambda row: row.tobytes())), noise)
keep("bmp 32 bits with masks", bmp(WIDTH, HEIGHT, 32, 3, rows_of(np.dstack([alpha, noise])[::-1], lambda row: row.tobytes()),
     masks=struct.pack("<IIII", 0xff00, 0xff0000, 0xff000000, 0xff), header_size=108), noise)


def rle8(rows):
    """Runs, a literal part, line ends and the end, as the format describes them."""
    out = b""
    for row in rows:
        out += bytes([3, row[0], 0, 5]) + bytes(row[3:8]) + b"\0" + bytes(b for v in row[8:] for b in (1, v)) + b"\0\0"
    return out[:-2] + b"\0\1"


runs = (grey >> 4).copy()
runs[:, :3] = runs[:, :1]
full = np.array([[11 * i, 255 - 7 * i, 3 * i] for i in range(16)], dtype=np.uint8)[runs]
keep("bmp run lengths", bmp(WIDTH, HEIGHT, 8, 1, rle8(runs[::-1].tolist()), palette))
assert np.array_equal(np.frombuffer(base64.b64decode(pictures[-1]["rgb"]), np.uint8).reshape(full.shape), full)



def rle4(rows):
    """Pairs of colours by turns, a literal part of five nibbles with its padding, line ends and the end."""
    out = b""
    for row in rows:
        out += bytes([4, row[0] << 4 | row[1]])
        out += bytes([0, 5, row[4] << 4 | row[5], row[6] << 4 | row[7], row[8] << 4, 0])
        out += bytes(b for v in row[9:] for b in (1, v << 4)) + b"\0\0"
    return out[:-2] + b"\0\1"


turns = (grey >> 4).copy()
turns[:, 2:4] = turns[:, 0:2]
keep("bmp run lengths of 4 bits", bmp(WIDTH, HEIGHT, 4, 2, rle4(turns[::-1].tolist()), palette),
     np.array([[11 * i, 255 - 7 * i, 3 * i] for i in range(16)], dtype=np.uint8)[turns])
# Five pixels, a jump by 3 columns and 2 rows up, two pixels, the end: what is skipped has colour 0.
jumped = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
jumped[HEIGHT - 1, :5] = 9
jumped[HEIGHT - 3, 8:10] = 4
keep("bmp run lengths with a jump", bmp(WIDTH, HEIGHT, 8, 1, bytes([5, 9, 0, 2, 3, 2, 2, 4, 0, 1]), palette),
     np.array([[11 * i, 255 - 7 * i, 3 * i] for i in range(16)], dtype=np.uint8)[jumped])
old_palette = b"".join(palette[4 * i : 4 * i + 3] for i in range(16))
old_pixels = rows_of(nibbles[::-1], pack4)
keep("bmp of OS/2", b"BM" + struct.pack("<IHHIIHHHH", 26 + 48 + len(old_pixels), 0, 0, 26 + 48, 12, WIDTH, HEIGHT, 1, 4)
     + old_palette + old_pixels)

deep = [
    {"name": "png grey 16 bits", "file": text(png16(wide[..., 0])), "samples": wide[..., 0].ravel().tolist(), "channels": 1},
    {"name": "png rgb 16 bits", "file": text(png16(wide)), "samples": wide.ravel().tolist(), "channels": 3},
    {"name": "tiff grey 16 bits", "file": text(encode(np.ascontiguousarray(wide[..., 0]), "TIFF")),
     "samples": wide[..., 0].ravel().tolist(), "channels": 1},
]
for channels in (2, 4):
    array = np.dstack([wide, wide[::-1, :, 0]])[..., -channels:] if channels == 4 else wide[..., :2]
    deep.append({"name": f"png 16 bits, {channels} channels", "file": text(png16(array)), "channels": channels - 1,
                 "samples": array[..., :-1].ravel().tolist()})
assert np.array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(deep[0]["file"])))), wide[..., 0])

sources = {"noise": noise, "smooth": smooth, "grey": stacked(grey), "one": noise[:1, :1],
           "edges": np.where(random.rand(11, 23, 1) < 0.5, 0, 255).repeat(3, axis=2).astype(np.uint8)}
sizes = [(13, 19), (7, 10), (26, 38), (1, 1), (5, 64), (33, 3), (13, 8), (29, 19), (256, 1)]
resizes = [{"from": source, "filter": name, "height": height, "width": width,
            "rgb": text(np.asarray(Image.fromarray(array).resize((width, height), filter)).tobytes())}
           for source, array in sources.items() for name, filter in (("bilinear", 2), ("bicubic", 3))
           for height, width in sizes if height * width <= 1000]

pages = [Image.fromarray(noise), Image.fromarray(noise[::-1])]
refused = [
    {"name": "tiff of two pages", "file": text(encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])), "reason": "2 pages"},
    {"name": "animated webp", "file": text(encode(pages[0], "WEBP", save_all=True, append_images=pages[1:])), "reason": "2 pages"},
    {"name": "tiff of 32-bit floats", "file": text(encode(grey.astype(np.float32), "TIFF")), "reason": "float samples"},
    {"name": "tiff of 32-bit integers", "file": text(encode(grey.astype(np.int32), "TIFF")), "reason": "int samples"},
    {"name": "tiff in L*a*b*", "file": text(encode(Image.fromarray(noise).convert("LAB"), "TIFF")), "reason": "colour space lab|of a kind that is not read"},
    {"name": "gif", "file": text(encode(grey, "GIF")), "reason": "is text that begins with|no PNG"},
]

fixtures = pathlib.Path(__file__).parents[2] / "tests/picture/image/fixtures"
fixtures.mkdir(parents=True, exist_ok=True)
dump = lambda name, value: (fixtures / name).write_text(json.dumps(value, indent=0, ensure_ascii=False) + "\n")
dump("pictures.json", {"pictures": pictures, "deep": deep, "refused": refused})
dump("resizes.json", {"sources": [{"name": name, "height": array.shape[0], "width": array.shape[1],
     "rgb": text(np.ascontiguousarray(array).tobytes())} for name, array in sources.items()], "resizes": resizes})
