/** Graphs with smaller weights: kept in fewer bits, and brought to single precision where a runtime loads them. @module */
import { create, toBinary } from "@bufbuild/protobuf";
import { decodeModel } from "../../engine/graph/file/parse.ts";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "../../engine/graph/file/onnx_pb.generated.ts";

/** Weights of fewer numbers stay as they are: they are most of what decides and little of what weighs. */
const SMALL = 4096;

/**
 * The same graph with its large weights in half precision, or with those of convolutions in whole numbers of 8 bits, each kernel
 * with a scale of its own, and the other large ones in half precision.
 *
 * Runtimes fold the nodes that bring them back when they load the file, so that what is computed is computed in single
 * precision, and no operator is needed that a device lacks.
 *
 * @throws {RangeError} where a weight is beyond half precision
 */
export function compress(model: Uint8Array, precision: "f16" | "i8"): Uint8Array<ArrayBuffer> {
  const proto = decodeModel(model, "the graph");
  const { graph } = proto;
  const kernels = new Set(graph.node.filter(({ opType }) => opType === "Conv").map(({ input }) => input[1]));
  const back: NodeProto[] = [];
  const stored: TensorProto[] = [];
  for (const tensor of graph.initializer) {
    const count = tensor.dims.reduce((all, dim) => all * Number(dim), 1);
    if (tensor.dataType !== Type.FLOAT || count < SMALL || tensor.rawData.length !== 4 * count) {
      stored.push(tensor);
      continue;
    }
    const values = new Float32Array(tensor.rawData.slice().buffer);
    const name = `${tensor.name}.${precision}`;
    if (precision === "i8" && kernels.has(tensor.name)) {
      const { whole, scales } = toBytes(values, Number(tensor.dims[0]));
      stored.push(
        create(TensorProtoSchema, {
          name,
          dims: tensor.dims,
          dataType: Type.INT8,
          rawData: new Uint8Array(whole.buffer),
        }),
        create(TensorProtoSchema, {
          name: `${name}.scales`,
          dims: [BigInt(scales.length)],
          dataType: Type.FLOAT,
          rawData: new Uint8Array(scales.buffer),
        }),
      );
      const axis = create(AttributeProtoSchema, { name: "axis", type: AttributeProto_AttributeType.INT, i: 0n });
      back.push(node("DequantizeLinear", [name, `${name}.scales`], tensor.name, axis));
    } else {
      const rawData = new Uint8Array(toHalves(values, tensor.name).buffer);
      stored.push(create(TensorProtoSchema, { name, dims: tensor.dims, dataType: Type.FLOAT16, rawData }));
      const to = create(AttributeProtoSchema, {
        name: "to",
        type: AttributeProto_AttributeType.INT,
        i: BigInt(Type.FLOAT),
      });
      back.push(node("Cast", [name], tensor.name, to));
    }
  }
  graph.initializer = stored;
  graph.node = [...back, ...graph.node];
  return toBinary(ModelProtoSchema, proto);
}

function node(opType: string, input: string[], output: string, attribute: NodeProto["attribute"][number]): NodeProto {
  return create(NodeProtoSchema, {
    name: `${opType} of ${output}`,
    opType,
    input,
    output: [output],
    attribute: [attribute],
  });
}

/** Numbers of half precision as their bits. */
function toHalves(values: Float32Array, name: string): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, (value) => {
    const bits = halfBits(value);
    if ((bits & 0x7c00) !== 0x7c00) return bits;
    throw new RangeError(`Cannot keep the weight "${name}" in half precision as it holds ${value}`);
  });
}

const bitsOf = new Uint32Array(1);
const floatOf = new Float32Array(bitsOf.buffer);

/** The nearest number of half precision as its bits, ties to even. */
export function halfBits(value: number): number {
  floatOf[0] = value;
  const [bits] = bitsOf;
  const sign = bits >>> 16 & 0x8000;
  const size = bits & 0x7fffffff;
  if (size >= 0x7f800000) return sign | 0x7c00 | (size > 0x7f800000 ? 0x200 : 0);
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size < 0x38800000) {
    // Below the smallest usual number halves lie 2⁻²⁴ apart.
    const steps = Math.abs(value) * 2 ** 24;
    const low = Math.floor(steps);
    const rest = steps - low;
    return sign | low + (rest > 0.5 || rest === 0.5 && low % 2 === 1 ? 1 : 0);
  }
  const kept = size - 0x38000000;
  return sign | kept + 0xfff + (kept >>> 13 & 1) >>> 13;
}

/** Each of the first axis' kernels in steps of its largest number over 127. */
function toBytes(
  values: Float32Array,
  kernels: number,
): { whole: Int8Array<ArrayBuffer>; scales: Float32Array<ArrayBuffer> } {
  const size = values.length / kernels;
  const whole = new Int8Array(values.length);
  const scales = new Float32Array(kernels);
  for (let k = 0; k < kernels; k++) {
    let most = 0;
    for (let i = k * size; i < (k + 1) * size; i++) most = Math.max(most, Math.abs(values[i]));
    scales[k] = most > 0 ? most / 127 : 1;
    for (let i = k * size; i < (k + 1) * size; i++) whole[i] = Math.round(values[i] / scales[k]);
  }
  return { whole, scales };
}
