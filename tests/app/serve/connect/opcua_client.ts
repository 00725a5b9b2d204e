/** A client of OPC UA: prints what a server has as the last result, and the next event. Run with the configuration of the server. */
import process from "node:process";
import {
  AttributeIds,
  type ClientMonitoredItem,
  constructEventFilter,
  type DataValue,
  OPCUAClient,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";

const [url] = process.argv.slice(2);
console.info = console.warn = () => {};
const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 3, initialDelay: 200 } });
await client.connect(url);
const session = await client.createSession();
const vision = (await session.readNamespaceArray()).findIndex((uri) =>
  uri.startsWith("http://opcfoundation.org/UA/MachineVision")
);
const own = (await session.readNamespaceArray()).findIndex((uri) =>
  uri.includes("NodeOPCUA") || uri.startsWith("urn:")
);

async function valueAt(path: string): Promise<unknown> {
  const { targets, statusCode } = await session.translateBrowsePath({
    startingNode: "ns=0;i=85",
    relativePath: {
      elements: path.split("/").map((name) => ({
        referenceTypeId: "ns=0;i=33",
        includeSubtypes: true,
        isInverse: false,
        targetName: { namespaceIndex: /^(?:SegAD|LastResult|Verdict|[a-z]\w*)$/.test(name) ? own : vision, name },
      })),
    },
  } as never);
  if (!targets?.[0]) throw new Error(`Cannot find ${path}: ${statusCode}`);
  const value: DataValue = await session.read({ nodeId: targets[0].targetId, attributeId: AttributeIds.Value });
  return value.value.value;
}

async function read() {
  const last = "SegAD/ResultManagement/Results/LastResult";
  const content = await valueAt(`${last}/ResultContent`) as Variant[] | null;
  return {
    vision,
    id: (await valueAt(`${last}/ResultId`) as { id?: string } | null)?.id,
    state: await valueAt(`${last}/ResultState`),
    content: content?.map((value) => value?.value),
    decision: await valueAt("SegAD/Verdict/decision"),
    part: await valueAt("SegAD/Verdict/part"),
  };
}

const subscription = await session.createSubscription2({ requestedPublishingInterval: 100, publishingEnabled: true });
const { targets } = await session.translateBrowsePath({
  startingNode: "ns=0;i=85",
  relativePath: {
    elements: [{
      referenceTypeId: "ns=0;i=33",
      includeSubtypes: true,
      isInverse: false,
      targetName: { namespaceIndex: own, name: "SegAD" },
    }],
  },
} as never);
const item = await subscription.monitor(
  {
    nodeId: targets![0].targetId,
    attributeId: AttributeIds.EventNotifier,
  },
  { samplingInterval: 0, queueSize: 10, filter: constructEventFilter(["Message", "Severity"]) },
  TimestampsToReturn.Both,
) as ClientMonitoredItem;
console.log(JSON.stringify({ ready: true, ...await read() }));
const event = await new Promise<Variant[]>((resolve) =>
  item.on("changed", (values: unknown) => resolve(values as Variant[]))
);
console.log(JSON.stringify({ event: event[0].value.text, severity: event[1].value, ...await read() }));
await session.close();
await client.disconnect();
process.exit(0);
