"""The same model as a service in Python: FastAPI, onnxruntime and Pillow.

    deno task export --run RUN --out out/part
    pip install fastapi uvicorn onnxruntime pillow numpy
    python bench/peers/service.py out/part --port 8001

It answers POST /v1/score as `deno task serve` does, with the score and the decision alone. The graph holds the forest too; where
`--booster FEATURES.onnx FOREST.json` names a graph that ends in columns and a forest of XGBoost, these judge in its place.
"""
import argparse
import io
import json
import pathlib

import fastapi
import numpy
import onnxruntime
import uvicorn
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--port", type=int, default=8001)
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--booster", nargs=2, metavar=("FEATURES", "FOREST"))
options = parser.parse_args()

settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads = options.threads
model = options.booster[0] if options.booster else options.folder / "model.onnx"
session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
facts = json.loads(session.get_modelmeta().custom_metadata_map["segad.export"])["model"]
entry = session.get_inputs()[0]
booster = None
if options.booster:
    import xgboost

    booster = xgboost.Booster(model_file=options.booster[1])

app = fastapi.FastAPI()


def to_input(data: bytes) -> numpy.ndarray:
    """A batch of one, as the graph wants it: u8[1,H,W,3] or f32[1,3,H,W] from 0 to 1."""
    size = facts["picture"]["width"], facts["picture"]["height"]
    picture = numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB").resize(size, Image.BILINEAR))
    if entry.type == "tensor(uint8)":
        return picture[None]
    return (picture.astype(numpy.float32) / 255).transpose(2, 0, 1)[None]


@app.get("/ready")
def ready():
    return {"status": "ready"}


@app.post("/v1/score")
async def score(request: fastapi.Request):
    data = await request.body()
    # Inference holds no lock of the interpreter: a thread lets others be read meanwhile.
    return await fastapi.concurrency.run_in_threadpool(judge, data)


def judge(data: bytes):
    values = to_input(data)
    if booster is not None:
        columns = session.run(None, {entry.name: values})[0]
        value = float(booster.inplace_predict(columns)[0])
    else:
        value = float(session.run(["score"], {entry.name: values})[0].ravel()[0])
    return {"score": value, "decision": "bad" if value >= facts["decision"]["threshold"] else "good"}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")
