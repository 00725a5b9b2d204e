/** `resizePhoto` as a graph over pictures of any size: the same fixed-point numbers, in single precision that holds them. @module */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Element } from "../../engine/graph/element.ts";
import { encodeLiteral, encodePort, IR_VERSION, OPSET } from "../../engine/graph/model.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from "../../engine/graph/file/onnx_pb.generated.ts";
import { toLiteral } from "../../engine/graph/value.ts";
import type { Filter, Size } from "./resize.ts";

/** Half of the bits of a weight: sums of pixels weighed by either half are whole numbers below 2²⁴. */
const HALF_OF_BITS = 2048;

/**
 * A model from `picture` u8[N,H,W,3] of any height and width to `image` f32[N,3,height,width], 0 to 1: the very numbers of
 * `resizePhoto`, where a side shrinks to no less than a fifteenth (a seventh with the cubic). Beyond that a level may be off by
 * one now and then, as single precision rounds.
 */
export function resizeGraph({ height, width }: Size, filter: Filter = "bilinear"): Uint8Array<ArrayBuffer> {
  const made = nodes();
  const { add } = made;
  const shape = add("Shape", ["picture"]);
  const side = (axis: number) => add("Gather", [shape, made.whole([axis])]);
  const [rows, columns] = [side(1), side(2)];
  const down = weights(made, rows, height, filter);
  const across = weights(made, columns, width, filter);
  const turned = across.map((half) => add("Transpose", [half], ints("perm", [1, 0])));
  const floats = add("Cast", ["picture"], toType(Type.FLOAT));
  const planes = add("Transpose", [floats], ints("perm", [0, 3, 1, 2]));
  const lost = (from: string, size: number) => add("Sub", [from, made.whole([size])]);
  const [lostRows, lostColumns] = [lost(rows, height), lost(columns, width)];
  const first = add("And", [
    add("Greater", [lostRows, made.whole([0])]),
    add("Greater", [lostRows, add("Mul", [lostColumns, made.whole([2])])]),
  ]);
  // Each pass rounds to levels, so that their order shows.
  const branch = (name: string, downFirst: boolean) => {
    const inner = nodes(name);
    const downwards = (x: string) => level(inner, down.map((half) => inner.add("MatMul", [half, x])));
    const sideways = (x: string) => level(inner, turned.map((half) => inner.add("MatMul", [x, half])));
    const last = downFirst ? sideways(downwards(planes)) : downwards(sideways(planes));
    return inner.graph(name, [], { [last]: ["f32", ["N", 3, height, width]] });
  };
  const resized = add(
    "If",
    [add("Squeeze", [first])],
    graphOf("then_branch", branch("down_first", true)),
    graphOf("else_branch", branch("across_first", false)),
  );
  made.name("image", "Div", [resized, made.single([255])]);
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: "segad",
      opsetImport: [{ domain: "", version: BigInt(OPSET) }],
      graph: made.graph("resize", [["picture", "u8", ["N", "H", "W", 3]]], { image: ["f32", ["N", 3, height, width]] }),
    }),
  );
}

/** The upper and lower half of the bits of each weight, f32[to,from] each. See `makeTaps`, which this repeats. */
function weights(made: Nodes, from: string, to: number, filter: Filter): [string, string] {
  const { add, real } = made;
  const radius = filter === "bicubic" ? 2 : 1;
  const size = add("Cast", [from], toType(Type.DOUBLE));
  const scale = add("Div", [size, real([to])]);
  const widening = add("Max", [scale, real([1])]);
  const support = add("Mul", [widening, real([radius])]);
  const middles = real(Array.from({ length: to }, (_, i) => i + 0.5), [to, 1]);
  const centre = add("Mul", [middles, scale]);
  const edge = (operator: "Add" | "Sub") => add("Floor", [add("Add", [add(operator, [centre, support]), real([0.5])])]);
  const low = add("Max", [edge("Sub"), real([0])]);
  const high = add("Min", [edge("Add"), size]);
  const zero = add("Squeeze", [made.whole([0])]);
  const step = add("Squeeze", [made.whole([1])]);
  const place = add("Cast", [add("Range", [zero, add("Squeeze", [from]), step])], toType(Type.DOUBLE));
  const from0 = add("Add", [add("Sub", [place, centre]), real([0.5])]);
  const distance = add("Abs", [add("Mul", [from0, add("Div", [real([1]), widening])])]);
  const weight = filter === "bicubic" ? cubic(made, distance) : triangle(made, distance);
  const inside = add("And", [add("GreaterOrEqual", [place, low]), add("Less", [place, high])]);
  const kept = add("Mul", [weight, add("Cast", [inside], toType(Type.DOUBLE))]);
  const sum = add("ReduceSum", [kept, made.whole([1])]);
  const units = add("Mul", [add("Div", [kept, sum]), real([1 << 22])]);
  const rounded = add("Mul", [add("Sign", [units]), add("Floor", [add("Add", [add("Abs", [units]), real([0.5])])])]);
  const upper = add("Floor", [add("Div", [rounded, real([HALF_OF_BITS])])]);
  const lower = add("Sub", [rounded, add("Mul", [upper, real([HALF_OF_BITS])])]);
  return [add("Cast", [upper], toType(Type.FLOAT)), add("Cast", [lower], toType(Type.FLOAT))];
}

function triangle({ add, real }: Nodes, x: string): string {
  return add("Max", [add("Sub", [real([1]), x]), real([0])]);
}

/** Keys' cubic with a = −0.5. */
function cubic({ add, real }: Nodes, x: string): string {
  const times = (a: string, b: string) => add("Mul", [a, b]);
  const plus = (a: string, b: number) => add("Add", [a, real([b])]);
  const near = plus(times(times(plus(times(x, real([1.5])), -2.5), x), x), 1);
  const far = times(plus(times(plus(times(plus(x, -5), x), 8), x), -4), real([-0.5]));
  const below = (limit: number) => add("Cast", [add("Less", [x, real([limit])])], toType(Type.DOUBLE));
  const isNear = below(1);
  return add("Add", [times(near, isNear), times(far, add("Sub", [below(2), isNear]))]);
}

/** (upper·2¹¹ + lower + 2²¹) / 2²², rounded down and clipped, in numbers that single precision holds. */
function level({ add, single }: Nodes, [upper, lower]: readonly string[]): string {
  const carried = add("Floor", [add("Div", [lower, single([HALF_OF_BITS])])]);
  const sum = add("Add", [add("Add", [upper, carried]), single([HALF_OF_BITS / 2])]);
  return add("Clip", [add("Floor", [add("Div", [sum, single([HALF_OF_BITS])])]), single([0], []), single([255], [])]);
}

type Nodes = ReturnType<typeof nodes>;
type Ports = Readonly<Record<string, readonly [Element, readonly Dim[]]>>;

/** Nodes in the order in which they are made; each has one output. */
function nodes(prefix = "resize") {
  const list: NodeProto[] = [];
  const constants = new Map<string, ReturnType<typeof encodeLiteral> & { name: string }>();
  const name = (output: string, opType: string, input: readonly string[], ...attribute: AttributeProto[]): string => {
    list.push(create(NodeProtoSchema, { name: output, opType, input: [...input], output: [output], attribute }));
    return output;
  };
  const constant = (
    dtype: "f32" | "f64" | "i64",
    values: readonly number[],
    shape: readonly number[] = [values.length],
  ) => {
    const key = values.length > 3 ? `${prefix}.${dtype}.${constants.size}` : `${prefix}.${dtype}.${shape}.${values}`;
    if (!constants.has(key)) constants.set(key, { ...encodeLiteral(toLiteral(dtype, values, shape)), name: key });
    return key;
  };
  return {
    name,
    add: (opType: string, input: readonly string[], ...attribute: AttributeProto[]) =>
      name(`${prefix}.${list.length}.${opType}`, opType, input, ...attribute),
    single: (values: readonly number[], shape?: readonly number[]) => constant("f32", values, shape),
    real: (values: readonly number[], shape?: readonly number[]) => constant("f64", values, shape),
    whole: (values: readonly number[], shape?: readonly number[]) => constant("i64", values, shape),
    graph: (title: string, inputs: readonly [string, Element, readonly Dim[]][], outputs: Ports) =>
      create(GraphProtoSchema, {
        name: title,
        input: inputs.map(([port, dtype, shape]) => encodePort(port, { dtype, shape })),
        output: Object.entries(outputs).map(([port, [dtype, shape]]) => encodePort(port, { dtype, shape })),
        initializer: [...constants.values()].map((one) => create(TensorProtoSchema, one)),
        node: list,
      }),
  };
}

function toType(type: Type): AttributeProto {
  return create(AttributeProtoSchema, { name: "to", type: Kind.INT, i: BigInt(type) });
}

function ints(name: string, values: readonly number[]): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: values.map(BigInt) });
}

function graphOf(name: string, g: ReturnType<Nodes["graph"]>): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Kind.GRAPH, g });
}
