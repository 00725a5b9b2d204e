import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { checkApart } from "../../../lib/base/io/apart.ts";

Deno.test("an output lies apart from all inputs, wherever links lead, and else the message names both", async () => {
  const root = await mkdtemp(join(tmpdir(), "apart-"));
  const at = (name: string) => join(root, name);
  try {
    await mkdir(at("data/deep"), { recursive: true });
    await mkdir(at("out"));
    await writeFile(at("data/a.png"), "a");
    for (
      const [target, link] of [
        ["data", "link"],
        ["link", "link2"],
        ["data/new.png", "dangling"],
        ["dangling", "dangling2"],
        ["data/deep", "out/deep"],
        ["out", "data/away"],
        ["loop", "loop"],
      ]
    ) await symlink(at(target), at(link));
    const inside = [
      ...["data/x", "data/deep/y/z", "link/x", "link2/x", "dangling", "dangling2", "out/deep/x", "data", "link2"],
      ...["data/a.png", "link/a.png", "out/../data/x", "data/..x", "link/deep/../x"],
    ];
    for (const path of inside) {
      for (const input of ["data", "link", "link2", "data/", "data/."]) {
        for (const output of [at(path), relative(process.cwd(), at(path))]) {
          await assert.rejects(checkApart([{ path: output, option: "--out" }], [undefined, `${root}/${input}`]), {
            message: new RegExp(`^Cannot write ".+" as .*".*${input}".*: name another place with --out$`),
          });
        }
      }
    }
    // What lies away by a link is not in the folder, and a name may begin as another.
    const outside = ["out/x", "data2/x", "database", "data/away/x", "data/../x", ".", "loop", "loop/x", "..data/x"];
    for (const path of outside) {
      await checkApart([{ path: join(root, path), option: "--out" }], [at("data"), at("link"), undefined]);
    }
    await assert.rejects(checkApart([{ path: at("link/a.png"), option: "--out" }], [at("data/a.png")]), {
      message: `Cannot write "${at("link/a.png")}" as that would take the place of "${at("data/a.png")}", ` +
        "which is given: name another place with --out",
    });
    await assert.rejects(checkApart([{ path: root, option: "--out", replaced: true }], [at("data/a.png")]), {
      message: `Cannot write "${root}" as "${at("data/a.png")}", which is given, lies in it and would be removed: ` +
        "name another place with --out",
    });
    await checkApart([{ path: at("out"), option: "--out", replaced: true }], [at("data/deep"), at("out2")]);
  } finally {
    await rm(root, { recursive: true });
  }
});
