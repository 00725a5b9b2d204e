#!/usr/bin/env python3
"""Checks the model beside this file by its certificate, and scores pictures with it.

    pip install onnxruntime numpy pillow      (pillow for pictures alone)

    python segad.py                           checks; ends with 1 where the model says something else than it must
    python segad.py part.png other.jpg        file,score,decision
"""
import csv
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).resolve().parent
DECISIONS = ["good", "review", "bad"]


def read_certified(entry):
    path = HERE / entry["file"]
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        sys.exit(f"{path} is not the file that was certified")
    return path


def open_session(certificate):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(read_certified(certificate["model"])), options, providers=onnxruntime.get_available_providers()
    )


def verify(certificate, session):
    tolerance = certificate["tolerance"]
    failed = 0
    for reference in certificate["references"]:
        feeds = {
            name: np.load(read_certified(reference[name]))[None] for name in ("picture", "segments") if name in reference
        }
        names = ["score", "decision"] + (["maps"] if "maps" in reference else [])
        found = dict(zip(names, session.run(names, feeds)))
        score, wanted = float(found["score"][0]), reference["score"]
        score_error = abs(score - wanted) / max(1.0, abs(wanted))
        map_error = 0.0
        if "maps" in reference:
            maps = np.load(read_certified(reference["maps"]))
            largest = np.maximum(np.abs(maps).max(axis=(1, 2)), 1e-30)
            map_error = float((np.abs(found["maps"][0] - maps).max(axis=(1, 2)) / largest).max())
        decision = DECISIONS[int(found["decision"][0])]
        holds = (
            score_error <= tolerance["score"]
            and map_error <= tolerance["map"]
            and decision == reference["decision"]
        )
        failed += not holds
        print(
            f"{'ok  ' if holds else 'FAIL'} {reference['name']}: {score:.6f} ({decision}), expected {wanted:.6f} "
            f"({reference['decision']}); off by {score_error:.1e}, maps by {map_error:.1e}"
        )
    print(f"{len(certificate['references']) - failed} of {len(certificate['references'])} hold, onnxruntime {onnxruntime.__version__}")
    return 1 if failed else 0


def read_picture(path, size, resample):
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        if image.mode.startswith(("I", "F")):
            sys.exit(f"{path} has more than 8 bits a sample: bring it to 8 bits as the run did")
        picture = ImageOps.exif_transpose(image).convert("RGB")
    if size and picture.size != size:
        picture = picture.resize(size, resample)
    return np.asarray(picture)


def score(session, paths):
    from PIL import Image

    card = json.loads(session.get_modelmeta().custom_metadata_map["segad.export"])
    if "segments" in card:
        sys.exit("the model wants a segment map with each picture")
    model = card["model"]["picture"]
    resample = Image.BICUBIC if model.get("filter") == "bicubic" else Image.BILINEAR
    # A graph that takes pictures of any size resizes them itself.
    size = None if card["input"] == "any" else (model["width"], model["height"])
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(["file", "score", "decision"])
    for path in paths:
        picture = read_picture(path, size, resample)
        value, decision = session.run(["score", "decision"], {"picture": picture[None]})
        lines.writerow([path, value[0], DECISIONS[int(decision[0])]])


def main():
    certificate = json.loads((HERE / "certificate.json").read_text(encoding="utf-8"))
    session = open_session(certificate)
    if len(sys.argv) > 1:
        score(session, sys.argv[1:])
    else:
        sys.exit(verify(certificate, session))


if __name__ == "__main__":
    main()
