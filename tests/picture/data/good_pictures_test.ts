import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { describeGood, notesOn, readAllGood, readGood } from "../../../lib/picture/data/good_pictures.ts";
import { openDataset } from "../../../lib/picture/data/readers/table.ts";
import { filesAt, visaFiles, withFiles } from "./folders.ts";

const MVTEC = (name: string, good = "good") => [
  ...[`${name}train/${good}/1.png`, `${name}train/${good}/2.png`, `${name}test/${good}/3.png`],
  ...[`${name}test/scratch/4.png`, `${name}ground_truth/scratch/4_mask.png`],
];

/** A folder's files, and what is learned from: names, or what the error says. */
type Case = readonly [string, readonly string[], readonly string[] | RegExp];

/** One object, or pictures that are all good: all commands take the same. */
const SAME: readonly Case[] = [
  ["good and bad", ["good/1.png", "good/lot/2.jpg", "bad/3.png"], ["good/1.png", "good/lot/2.jpg"]],
  ...[["Good", "BAD"], ["OK", "NG"], ["ok", "Nok"], ["Normal", "abnormal"], ["normal", "Anomaly"], ["PASS", "fail"]]
    .map(([good, bad]): Case => [`${good} and ${bad}`, [`${good}/1.png`, `${bad}/2.png`, "3.png"], [`${good}/1.png`]]),
  ["a class of MVTec AD", MVTEC(""), ["train/good/1.png", "train/good/2.png"]],
  ["its layout with other words", MVTEC("", "OK"), ["train/OK/1.png", "train/OK/2.png"]],
  ["VAD", ["train/good/1.png", "train/bad/2.png", "test/good/3.png", "test/bad/4.png"], ["train/good/1.png"]],
  ["folders beside good", ["good/1.png", "masks/1.png", "unsorted/2.png", "2.png"], ["good/1.png"]],
  ["pictures alone", ["1.png", "2.tif", "notes.txt", ".hidden/3.png"], ["1.png", "2.tif"]],
  ["no pictures", ["notes.txt"], []],
  [
    "no good ones of a kind that is read",
    ["good/1.heic", "bad/2.png"],
    /good\/ must have pictures .*: found 1 file of kinds that are not read$/,
  ],
  ["an empty folder of good ones", ["train/OK/notes.txt", "test/NG/2.png"], /train\/OK\/ must have pictures/],
  [
    "two folders of good ones",
    ["good/1.png", "OK/2.png"],
    /Cannot tell the good parts of ".*" as more than one folder may have them: "OK", "good"$/,
  ],
  ["two cases of a word", ["Good/1.png", "good/2.png", "bad/3.png"], /may have them: "Good", "good"/],
  ["two folders of bad ones", ["good/1.png", "NG/2.png", "bad/3.png"], /bad parts .* may have them: "NG", "bad"/],
  ["bad ones among good ones", ["good/1.png", "good/x/NG/2.png"], /by its name x\/NG\/ has bad parts$/],
  ["masks among good ones", ["good/1.png", "good/ground_truth/2.png"], /by its name ground_truth\/ has masks$/],
  ["bad ones alone", ["bad/1.png"], /nothing says which of its pictures are good: some lie in "bad\/"/],
  ["bad ones beside others", ["1.png", "NG/2.png"], /some lie in "NG\/"/],
  ["masks beside pictures", ["1.png", "ground_truth/x/1.png"], /some lie in "ground_truth\/x\/"/],
  [
    "a test folder without good training ones",
    ["test/good/1.png", "test/x/2.png"],
    /some lie in "test\/good\/", "test\/x\/"/,
  ],
  [
    "a train folder in other words",
    ["train/gut/1.png", "test/good/2.png"],
    /some lie in "test\/good\/"|"train\/gut\/"/,
  ],
];

/** Pictures of which a detector or a map must know that they are good, and what learns without labels need not. */
const APART: readonly (readonly [...Case, readonly string[]])[] = [
  [
    "classes of MVTec AD",
    [...MVTEC("bolt/"), ...MVTEC("nut/"), "readme.txt"],
    /holds classes in folders of their own: name one of them, "bolt", "nut", such as .*bolt$/,
    ["bolt/train/good/1.png", "bolt/train/good/2.png", "nut/train/good/1.png", "nut/train/good/2.png"],
  ],
  ["plain folders", ["a/OK/1.png", "a/NG/2.png", "b/good/3.png"], /name one of them, "a", "b"/, [
    "a/OK/1.png",
    "b/good/3.png",
  ]],
  ["VAD, one folder down", MVTEC("vad/"), /name one of them, "vad"/, ["vad/train/good/1.png", "vad/train/good/2.png"]],
  ["unknown words", ["gut/1.png", "schlecht/2.png"], /some lie in "gut\/", "schlecht\/"/, [
    "gut/1.png",
    "schlecht/2.png",
  ]],
  ["unknown folders beside pictures", ["1.png", "x/2.png"], /some lie in "x\/"/, ["1.png", "x/2.png"]],
];

async function taken(read: Promise<Awaited<ReturnType<typeof readAllGood>>>): Promise<string[]> {
  return (await read).flatMap(({ folder, good }) => good.map(({ name }) => posix.join(folder, name)));
}

async function check(read: () => Promise<string[]>, expected: readonly string[] | RegExp, title: string) {
  if (!(expected instanceof RegExp)) return assert.deepEqual(await read(), expected, title);
  await assert.rejects(read, (error: Error) => {
    assert.match(error.message, expected, title);
    assert.match(error.message, /^Cannot (learn|tell|take|fit) /, title);
    return true;
  });
}

Deno.test("good pictures are those that a name or a table says are good, else an error says what to do", async () => {
  for (const [title, files, expected] of SAME) {
    await withFiles(filesAt(...files), async (root) => {
      await check(() => taken(readGood(root, "fit on").then((one) => [one])), expected, title);
      await check(() => taken(readAllGood(root, "fit on")), expected, `${title}, unlabelled`);
    });
  }
  for (const [title, files, one, all] of APART) {
    await withFiles(filesAt(...files), async (root) => {
      await check(() => taken(readGood(root, "fit on").then((one) => [one])), one, title);
      await check(() => taken(readAllGood(root, "fit on")), all, `${title}, unlabelled`);
    });
  }
});

Deno.test("a folder that is named itself is what its name says", async () => {
  const files = filesAt("good/a/1.png", "OK/b/2.png", "bad/3.png", "Masks/4.png", "NG/x/5.png", "lot/6.png");
  await withFiles(files, async (root) => {
    const at = (name: string) => () => taken(readGood(join(root, name), "fit on").then((one) => [one]));
    await check(at("good"), ["a/1.png"], "good");
    await check(at("OK/"), ["b/2.png"], "OK");
    await check(at("lot"), ["6.png"], "a name that says nothing");
    await check(at("bad"), /by its name its pictures are those of bad parts$/, "bad");
    await check(at("NG"), /by its name its pictures are those of bad parts$/, "NG with folders");
    await check(at("Masks"), /by its name its pictures are masks$/, "masks");
    await assert.rejects(
      readAllGood(join(root, "bad"), "pre-train on"),
      /^Error: Cannot pre-train on ".*bad" as by its/,
    );
    await mkdir(join(root, "empty/bad"), { recursive: true });
    await check(at("empty/bad"), [], "nothing at all");
  });
});

Deno.test("tables say which pictures are good: VisA's of all objects or one, and ELPV's", async () => {
  await withFiles(visaFiles, async (root) => {
    await check(
      () => taken(readGood(root, "fit on").then((one) => [one])),
      /"candle", "pcb1", such as .*candle$/,
      "VisA",
    );
    const normal = "Data/Images/Normal";
    const one = await readGood(join(root, "pcb1"), "fit on");
    assert.deepEqual(one.good.map(({ name }) => name), [`${normal}/2.JPG`, `${normal}/9.JPG`]);
    assert.deepEqual(notesOn([one]), []);
    assert.equal((await taken(readAllGood(root, "pre-train on"))).length, 3);
  });
  const { "split_csv/1cls.csv": _, ...pictures } = visaFiles;
  await withFiles(pictures, async (root) => {
    const one = await readGood(join(root, "pcb1"), "fit on");
    assert.equal(one.good.length, 3, "bad ones are none of them");
    assert.match(notesOn([one]).join(), /^3 pictures of VisA are taken without split_csv\/1cls.csv/);
  });
  const rows = ["image,defect_probability,cell_type", "a.png,0,mono", "b.png,1,mono", "c.png,0.33,mono"];
  await withFiles({ ...filesAt("a.png", "b.png", "c.png"), "labels.csv": rows.join("\n") }, async (root) => {
    const { good, bad, notes } = await readGood(root, "fit on");
    assert.deepEqual([good, bad].map((some) => some.map(({ name }) => name)), [["a.png"], ["b.png"]]);
    assert.match(notes.join(), /^1 of 3 pictures left out/);
  });
});

Deno.test("pipelines read the same words, and say what they took for good and bad", async () => {
  const cases: [string[], Record<string, string>, { good: string; bad: string } | undefined][] = [
    [["good/1.png", "bad/2.png"], { "good/1.png": "good", "bad/2.png": "bad" }, undefined],
    [["OK/1.png", "NG/hole/2.png"], { "OK/1.png": "good", "NG/hole/2.png": "bad" }, { good: "OK", bad: "NG" }],
    [["Pass/1.png", "FAIL/2.png"], { "Pass/1.png": "good", "FAIL/2.png": "bad" }, { good: "Pass", bad: "FAIL" }],
    [
      MVTEC("", "Normal"),
      {
        ...{ "train/Normal/1.png": "good", "train/Normal/2.png": "good", "test/Normal/3.png": "good" },
        "test/scratch/4.png": "bad",
      },
      { good: "Normal", bad: "bad" },
    ],
    [
      ["train/OK/1.png", "train/NG/2.png", "test/OK/3.png", "test/NG/4.png", "test/bad_unseen_defects/5.png"],
      {
        ...{ "train/OK/1.png": "good", "train/NG/2.png": "bad", "test/OK/3.png": "good", "test/NG/4.png": "bad" },
        "test/bad_unseen_defects/5.png": "bad",
      },
      { good: "OK", bad: "NG" },
    ],
  ];
  for (const [files, labels, said] of cases) {
    await withFiles(filesAt(...files), async (root) => {
      const dataset = await openDataset(root);
      assert.deepEqual(Object.fromEntries(dataset.items.map(({ id, label }) => [id, label])), labels);
      assert.deepEqual(dataset.labels, said);
    });
  }
  for (const files of [["good/1.png", "OK/2.png", "bad/3.png"], ["good/1.png", "good/NG/2.png", "bad/3.png"]]) {
    await withFiles(filesAt(...files), async (root) => {
      await assert.rejects(openDataset(root), /^Error: Cannot (tell the good parts|take all pictures)/);
    });
  }
});

Deno.test("what was taken is a line for people", async () => {
  await withFiles(filesAt("OK/1.png", "NG/2.png"), async (root) => {
    assert.equal(describeGood(root, [await readGood(root, "fit on")]), `Good pictures: 1 in "OK/" of ${root}`);
    const own = join(root, "OK");
    assert.equal(describeGood(own, [await readGood(own, "fit on")]), `Good pictures: all 1 in ${own}`);
  });
});
