"""Checks with onnx's own checker that what graphs are made of is valid ONNX: rules of operators, gradients, networks and
training steps. Its inference of types and shapes is compared with ours, as the files declare their outputs.

    pip install onnx==1.23.2
    deno run --allow-read --allow-write --allow-env --allow-sys --allow-ffi tools/oracles/write_models.ts FOLDER
    python -P tools/oracles/check_models.py FOLDER
"""
import collections
import pathlib
import sys

import onnx



def described(output):
    held = output.type.tensor_type
    return held.elem_type, [dim.dim_value if dim.HasField("dim_value") else None for dim in held.shape.dim]


paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
assert paths, "there are no models"
operators = collections.Counter()
wrong = []
unknown = 0
for path in paths:
    model = onnx.load(path)
    operators.update(node.op_type for node in model.graph.node)
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:  # What it throws differs from check to check.
        wrong.append(f"{path.name}: {error}")
        continue
    # What onnx infers without what we declare must be what we declare.
    declared = {output.name: described(output) for output in model.graph.output}
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    found = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    for output in found.graph.output:
        (our_type, ours), (their_type, theirs) = declared[output.name], described(output)
        if our_type != their_type:
            wrong.append(f"{path.name}: {output.name} is of type {their_type}, not {our_type}")
        if not output.type.tensor_type.HasField("shape"):
            unknown += 1
        elif len(ours) != len(theirs) or any(None not in pair and len(set(pair)) > 1 for pair in zip(ours, theirs)):
            wrong.append(f"{path.name}: {output.name} is {theirs}, not {ours}")
for line in wrong:
    print(line)
print(f"{len(paths)} models with {len(operators)} operators, {len(wrong)} wrong, "
      f"{unknown} outputs whose shape onnx does not infer: {', '.join(sorted(operators))}")
sys.exit(1 if wrong else 0)
