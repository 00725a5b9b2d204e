/**
 * OPC UA, in a process of its own that fetches the package when it is first wanted: a server whose results have the types of
 * OPC 40100-1 (Machine Vision), as far as the part on results. Lines of JSON come in, each a verdict.
 *
 * Below `Objects/SegAD/ResultManagement/Results` stands `LastResult`, a ResultType: ResultId, ResultState (1, completed), IsPartial
 * and IsSimulated (false), CreationTime, and ResultContent: decision, score, threshold, reason, picture, project. Each verdict
 * raises a ResultReadyEvent with the same. The same values stand flat in `Objects/SegAD/Verdict`, for clients that know no
 * companion specification. Earlier results are not kept: the methods that fetch them by number are not there to call.
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import process from "node:process";
import {
  type AddressSpace,
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from "node-opcua";
import { leaveSignals } from "../../../../base/workers/leave_signals.ts";
import type { ChildReport, ChildRequest } from "../child_lines.ts";
import type { LineMessage } from "../message.ts";

/** Of a `--connect` file. */
interface Settings {
  readonly host: string;
  readonly port: number;
}

const VISION = "http://opcfoundation.org/UA/MachineVision/";
/** ResultStateDataType: the processing of the result has been completed. */
const COMPLETED = 1;

leaveSignals();

const lines = createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();

async function next(): Promise<ChildRequest<Settings> | undefined> {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}

function report(said: ChildReport): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

async function serve({ host, port }: Settings, keys: string): Promise<void> {
  const manager = new OPCUACertificateManager({ automaticallyAcceptUnknownCertificate: true, rootFolder: keys });
  await manager.initialize();
  const server = new OPCUAServer({
    ...{ hostname: host, host, port },
    nodeset_filename: [nodesets.standard, nodesets.machineVision],
    securityModes: [MessageSecurityMode.None],
    securityPolicies: [SecurityPolicy.None],
    serverCertificateManager: manager,
    userCertificateManager: manager,
    buildInfo: { productName: "SegAD" },
  });
  await server.initialize();
  const take = publishResults(server.engine.addressSpace!);
  await server.start();
  report({ state: "connected" });
  for (let request = await next(); request; request = await next()) {
    if (!("message" in request)) continue;
    if (request.message.kind === "verdict") take(request.message);
    report({ done: request.id });
  }
  await server.shutdown(0);
}

/** Makes the nodes, and gives what writes a verdict into them. */
function publishResults(space: AddressSpace): (message: LineMessage) => void {
  const vision = [VISION, VISION.slice(0, -1)].map((uri) => space.getNamespaceIndex(uri)).find((index) => index >= 0)!;
  const own = space.getOwnNamespace();
  const segad = own.addObject({ browseName: "SegAD", organizedBy: space.rootFolder.objects, eventNotifier: 1 });
  const management = space.findObjectType("ResultManagementType", vision)!.instantiate({
    browseName: { name: "ResultManagement", namespaceIndex: vision },
    componentOf: segad,
    optionals: ["Results"],
  });
  const results = management.getComponentByName("Results", vision) as UAObject;
  const last = space.findVariableType("ResultType", vision)!.instantiate({
    browseName: "LastResult",
    componentOf: results,
    optionals: ["ResultContent", "IsSimulated"],
  });
  const flat = flatVerdict(space, segad);
  const resultId = space.findDataType("ResultIdDataType", vision)!;
  const result = space.findDataType("ResultDataType", vision)!;
  const ready = space.findEventType("ResultReadyEventType", vision)!;
  return (message) => {
    const { decision = "", score, threshold, reason = "", name = "", project, part, at } = message;
    const id = space.constructExtensionObject(resultId, { id: `${project}/${message.id}` });
    const content = new Variant({
      dataType: DataType.Variant,
      arrayType: VariantArrayType.Array,
      value: [
        new Variant({ dataType: DataType.String, value: decision }),
        new Variant({ dataType: DataType.Double, value: score ?? NaN }),
        new Variant({ dataType: DataType.Double, value: threshold ?? NaN }),
        new Variant({ dataType: DataType.String, value: reason }),
        new Variant({ dataType: DataType.String, value: name }),
        new Variant({ dataType: DataType.String, value: project }),
      ],
    });
    const values: Record<string, Variant> = {
      resultId: new Variant({ dataType: DataType.ExtensionObject, value: id }),
      isPartial: new Variant({ dataType: DataType.Boolean, value: false }),
      isSimulated: new Variant({ dataType: DataType.Boolean, value: false }),
      resultState: new Variant({ dataType: DataType.Int32, value: COMPLETED }),
      creationTime: new Variant({ dataType: DataType.DateTime, value: new Date(at) }),
      resultContent: content,
    };
    last.setValueFromSource({
      dataType: DataType.ExtensionObject,
      value: space.constructExtensionObject(result, {
        resultId: id,
        isPartial: false,
        isSimulated: false,
        resultState: COMPLETED,
        creationTime: new Date(at),
      }),
    }, StatusCodes.Good);
    for (const [name, value] of Object.entries(values)) {
      const component = last.getComponentByName(name[0].toUpperCase() + name.slice(1), vision) as UAVariable | null;
      component?.setValueFromSource(value, StatusCodes.Good);
    }
    flat({
      decision,
      score: score ?? NaN,
      threshold: threshold ?? NaN,
      reason,
      picture: name,
      project,
      part: part ?? 0,
    });
    segad.raiseEvent(ready, {
      ...values,
      message: new Variant({ dataType: DataType.LocalizedText, value: { text: reason } }),
      severity: new Variant({ dataType: DataType.UInt16, value: decision === "good" ? 100 : 500 }),
    });
  };
}

/** The values of a verdict, flat. */
interface FlatVerdict {
  readonly decision: string;
  readonly score: number;
  readonly threshold: number;
  readonly reason: string;
  readonly picture: string;
  readonly project: string;
  readonly part: number;
}

const TYPES: { readonly [K in keyof FlatVerdict]: DataType } = {
  decision: DataType.String,
  score: DataType.Double,
  threshold: DataType.Double,
  reason: DataType.String,
  picture: DataType.String,
  project: DataType.String,
  part: DataType.UInt32,
};

function flatVerdict(space: AddressSpace, parent: UAObject): (verdict: FlatVerdict) => void {
  const own = space.getOwnNamespace();
  const folder = own.addObject({ browseName: "Verdict", componentOf: parent, nodeId: "s=Verdict" });
  const names = Object.keys(TYPES) as (keyof FlatVerdict)[];
  const variables = names.map((name) =>
    own.addVariable({
      componentOf: folder,
      browseName: name,
      nodeId: `s=Verdict.${name}`,
      dataType: TYPES[name],
      accessLevel: "CurrentRead",
      userAccessLevel: "CurrentRead",
    })
  );
  return (verdict) => {
    for (const [n, name] of names.entries()) {
      variables[n].setValueFromSource({ dataType: TYPES[name], value: verdict[name] }, StatusCodes.Good);
    }
  };
}

// What the package prints is not a line of ours.
console.log = console.info = console.warn = (...words: unknown[]) => process.stderr.write(`${words.join(" ")}\n`);

// Where the service is killed nobody listens any more: this process ends as its input has.
process.stdout.on("error", () => {});

const first = await next();
if (first && "settings" in first) {
  const keys = await mkdtemp(join(tmpdir(), "segad-opcua-"));
  try {
    await serve(first.settings, keys);
  } finally {
    await rm(keys, { recursive: true, force: true });
  }
  process.exit(0);
}
