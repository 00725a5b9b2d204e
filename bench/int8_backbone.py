"""
The embedded backbone in int8: writes it as an ONNX file, and times it beside the float one, turn by turn, on one thread.

    python bench/int8_backbone.py int8.onnx [--layers stride8,stride16] GOOD_PICTURE...

The file is a backbone that pipelines take:

    deno task pipeline elpv.ts --data DIR --backbone int8.onnx

Activations are unsigned, each with the range it has on the good pictures; ReLU6 is the end of a range. Weights are signed, with
a scale a channel and of 7 bits, which no sum of two products in 16 bits overflows where a processor has AVX2 without VNNI;
--bits 8 shows what that overflow does, and with --unsigned weights are unsigned, which is right and slow there. Biases then take
up what the mean of each channel has moved by on the pictures, unless --uncorrected.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

SOURCE = Path(__file__).parent.parent / "lib/method/backbone/efficientnet_lite0.onnx"
SIDE, MEAN, STD = 256, 0.5, 0.5
CORRECTED = 12
REPEATS = {1: 60, 8: 15}


def picture(path):
    pixels = np.asarray(Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.BILINEAR), np.float32)
    return ((pixels / 255 - MEAN) / STD).transpose(2, 0, 1)


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run_all(model, pictures, values, dtype):
    """The named values of a graph, which become its outputs."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.output[:]
    copy.graph.output.extend(helper.make_tensor_value_info(value, dtype, None) for value in values)
    opened = session(copy)
    found = [opened.run(None, {"image": one[None]}) for one in pictures]
    return {value: np.concatenate([one[i] for one in found]) for i, value in enumerate(values)}


def quantised(source, ranges, layers, bits, unsigned):
    """A graph of QLinearConv and QLinearAdd from one of Conv, Clip and Add; a value "x" is "x.q" there."""
    weights = {one.name: numpy_helper.to_array(one) for one in source.graph.initializer}
    readers = {name: node for node in source.graph.node for name in node.input}
    nodes, constants, same, scales = [], [], {}, {}

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def scaled(value, low, high):
        low, high = min(low, 0), max(high, 0)
        scales[value] = scale = np.float32((high - low) / 255)
        constant(f"{value}.scale", scale)
        constant(f"{value}.zero", np.uint8(round(-low / scale)))
        return [f"{value}.scale", f"{value}.zero"]

    def read(value):
        value = same.get(value, value)
        return [f"{value}.q", f"{value}.scale", f"{value}.zero"]

    nodes.append(helper.make_node("QuantizeLinear", ["image", *scaled("image", -1, 1)], ["image.q"]))
    for node in source.graph.node:
        result = node.output[0]
        if node.op_type == "Clip":
            same[result] = node.input[0]
        elif node.op_type == "Conv":
            after = readers.get(result)
            to = scaled(result, *ranges[after.output[0] if after is not None and after.op_type == "Clip" else result])
            weight, bias = weights[node.input[1]], weights[node.input[2]].astype(np.float64)
            scale_in = float(scales[same.get(node.input[0], node.input[0])])
            most = 2 ** (bits - 1) - 1
            scale = np.abs(weight).reshape(len(weight), -1).max(1) / most
            # A channel that is a bias alone has a scale in which that is an integer of 32 bits.
            scale = np.maximum(scale, np.abs(bias) / (2.0**28 * scale_in)).astype(np.float32)
            whole = np.clip(np.rint(weight / scale.reshape(-1, 1, 1, 1)), -most, most).astype(np.int8)
            zero = np.zeros(len(scale), np.int8)
            if unsigned:
                whole, zero = ((one.astype(np.int16) + 128).astype(np.uint8) for one in (whole, zero))
            inputs = [
                constant(f"{node.name}.weight.q", whole),
                constant(f"{node.name}.weight.scale", scale),
                constant(f"{node.name}.weight.zero", zero),
                *to,
                constant(f"{node.name}.bias.q", np.rint(bias / (scale.astype(np.float64) * scale_in)).astype(np.int32)),
            ]
            facts = {one.name: helper.get_attribute_value(one) for one in node.attribute}
            convolution = helper.make_node("QLinearConv", read(node.input[0]) + inputs, [f"{result}.q"], node.name, **facts)
            nodes.append(convolution)
        elif node.op_type == "Add":
            inputs = read(node.input[0]) + read(node.input[1]) + scaled(result, *ranges[result])
            nodes.append(helper.make_node("QLinearAdd", inputs, [f"{result}.q"], domain="com.microsoft"))
        else:
            raise ValueError(f"Cannot quantise {node.op_type}")
    nodes += [helper.make_node("DequantizeLinear", read(layer), [layer]) for layer in layers]
    outputs = [one for one in source.graph.output if one.name in layers]
    graph = helper.make_graph(nodes, "int8", source.graph.input, outputs, constants)
    sets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=sets, ir_version=source.ir_version)
    facts = {"layers": layers, "mean": [MEAN] * 3, "std": [STD] * 3}
    helper.set_model_props(model, {"segad.backbone": json.dumps(facts)})
    return model


def correct_biases(model, exact, pictures):
    """Convolution by convolution: what its channels have moved by on the mean is taken back."""
    constants = {one.name: one for one in model.graph.initializer}
    for node in [one for one in model.graph.node if one.op_type == "QLinearConv"]:
        scale_in, scale, to, zero = (numpy_helper.to_array(constants[node.input[i]]) for i in (1, 4, 6, 7))
        found = run_all(model, pictures, node.output, TensorProto.UINT8)[node.output[0]]
        moved = (exact[node.output[0][:-2]] - (found.astype(np.float32) - zero) * to).mean((0, 2, 3))
        bias = numpy_helper.to_array(constants[node.input[8]])
        corrected = bias + np.rint(moved / (scale.astype(np.float64) * scale_in)).astype(np.int32)
        constants[node.input[8]].CopyFrom(numpy_helper.from_array(corrected.astype(np.int32), node.input[8]))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out")
    arguments.add_argument("pictures", nargs="+")
    arguments.add_argument("--bits", type=int, default=7)
    arguments.add_argument("--unsigned", action="store_true")
    arguments.add_argument("--uncorrected", action="store_true")
    arguments.add_argument("--layers", default="stride8,stride16")
    given = arguments.parse_args()
    layers = given.layers.split(",")
    source = onnx.load(SOURCE)
    pictures = np.stack([picture(path) for path in given.pictures])
    values = [node.output[0] for node in source.graph.node]
    ranges = {value: (np.inf, -np.inf) for value in values}
    for one in pictures:
        for value, data in run_all(source, [one], values, TensorProto.FLOAT).items():
            ranges[value] = (min(ranges[value][0], data.min()), max(ranges[value][1], data.max()))
    model = quantised(source, ranges, layers, given.bits, given.unsigned)
    if not given.uncorrected:
        some = pictures[:CORRECTED]
        exact = run_all(source, some, values, TensorProto.FLOAT)
        clipped = {node.input[0]: exact[node.output[0]] for node in source.graph.node if node.op_type == "Clip"}
        correct_biases(model, {**exact, **clipped}, some)
    onnx.save(model, given.out)

    tests = pictures[-8:]
    for layer in layers:
        found = run_all(model, tests, [layer], TensorProto.FLOAT)[layer]
        wanted = run_all(source, tests, [layer], TensorProto.FLOAT)[layer]
        print(f"{layer}: differs by {np.linalg.norm(found - wanted) / np.linalg.norm(wanted):.3f} of its length")
    opened = {"float": session(source), "int8": session(model)}
    for batch, repeats in REPEATS.items():
        taken = {name: [] for name in opened}
        for _ in range(repeats):
            for name, one in opened.items():
                begun = time.process_time()
                one.run(layers, {"image": tests[:batch]})
                taken[name].append((time.process_time() - begun) * 1000 / batch)
        middle = {name: np.median(times) for name, times in taken.items()}
        least = {name: min(times) for name, times in taken.items()}
        print(
            f"batch {batch}: float {middle['float']:.1f}, int8 {middle['int8']:.1f} CPU ms a picture, "
            f"{middle['float'] / middle['int8']:.2f} times as fast (at best {least['float'] / least['int8']:.2f})"
        )


main()
