/** Running what was fitted where it is one graph. @module */
import type { AnyTensor } from "../../engine/session/port.ts";
import type { Applied, ApplyContext, Network, Observation } from "./contract.ts";

/** A network that is loaded into the runtime. */
export interface AppliedNetwork extends Applied {
  /** Feeds what is seen of some pictures and gives the outputs by name. Throws a TypeError where a layer is missing. */
  run(seen: Observation): Promise<Readonly<Record<string, AnyTensor>>>;
}

/**
 * Loads a network: its input `image` is fed the pictures, each other one the layer of that name.
 *
 * @param title of the detector or classifier, for messages
 */
export async function applyNetwork(
  title: string,
  { runtime }: ApplyContext,
  { model }: Network,
): Promise<AppliedNetwork> {
  const session = await runtime.open(model, title);
  const names = session.inputs.map(({ name }) => name);
  return {
    async run({ image, features }) {
      return await session.run(Object.fromEntries(names.map((name) => {
        if (name === "image") return [name, image];
        if (Object.hasOwn(features, name)) return [name, features[name]];
        const known = Object.keys(features).map((layer) => `"${layer}"`).join(", ") || "none";
        throw new TypeError(`Cannot apply ${title} without layer "${name}": current layers are ${known}`);
      })));
    },
    release: () => session.release(),
  };
}
