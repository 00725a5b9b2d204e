/** An exported graph on WebGPU, by Chromium's software adapter where it and the loader of Vulkan are there. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { exporting, fit } from "../../app/cli/commands.ts";
import { commandOf, drawPart, put, withFolder, writeParts } from "../../app/cli/product.ts";

const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const LOADERS = ["/usr/lib/x86_64-linux-gnu/libvulkan.so.1", "/usr/lib/aarch64-linux-gnu/libvulkan.so.1"];

Deno.test({
  name: "an exported graph keeps its certificate on WebGPU",
  ignore: !existsSync(DRIVER) || !LOADERS.some((path) => existsSync(path)),
  async fn() {
    await withFolder(async (folder) => {
      const data = join(folder, "parts");
      await writeParts(data, 8, 0);
      const [model, out] = [join(folder, "model"), join(folder, "export")];
      const given = ["--data", data, "--side", "64", "--cache", join(folder, "cache"), "--threads", "1"];
      // Without a backbone, whose many shaders a software adapter takes half a minute for.
      await fit("mean_difference", ...given, "--out", model);
      const part = await put(join(folder, "part.png"), await drawPart(3, true));
      await exporting("--run", model, "--out", out, part);
      const { code, stdout, stderr } = await commandOf("verify", [out, "--device", "webgpu"], {
        VK_ICD_FILENAMES: DRIVER,
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assert.equal(code, 0, said);
      assert.match(said, /1 of 1 hold, within 0\.0001 of scores/);
    });
  },
});
