import assert from "node:assert/strict";
import { duration, openReporter } from "../../../lib/app/cli/terminal.ts";

Deno.test("without a terminal, progress is plain lines with the time left and no control codes", () => {
  let time = 0;
  let text = "";
  const reporter = openReporter({ terminal: false, write: (part) => void (text += part) }, () => time);
  reporter.say("Plan");
  for (let done = 0; done <= 40; done++) {
    reporter.progress({ step: "Maps", done, total: 40 });
    time += 1000;
  }
  reporter.warn("one picture is odd");
  reporter.close();
  assert.deepEqual(text.split("\n"), [
    "Plan",
    "Maps: 10/40, 30 s left",
    "Maps: 20/40, 20 s left",
    "Maps: 30/40, 10 s left",
    "Maps: 40/40, took 40 s",
    "Warning: one picture is odd",
    "",
  ]);
});

Deno.test("durations read well", () => {
  assert.deepEqual([0, 59_499, 60_000, 3_599_499, 3_600_000, 7_500_000].map(duration), [
    "0 s",
    "59 s",
    "1 min 00 s",
    "59 min 59 s",
    "1 h 00 min",
    "2 h 05 min",
  ]);
});

Deno.test("a warning in the middle of a step does not start its clock again", () => {
  let time = 0;
  let text = "";
  const reporter = openReporter({ terminal: false, write: (part) => void (text += part) }, () => time);
  for (let done = 0; done <= 20; done++) {
    reporter.progress({ step: "Score", done, total: 20 });
    if (done === 9) reporter.warn("a picture cannot be read");
    time += 1000;
  }
  assert.deepEqual(text.split("\n"), [
    "Warning: a picture cannot be read",
    "Score: 10/20, 10 s left",
    "Score: 20/20, took 20 s",
    "",
  ]);
});

Deno.test("a step that goes on where it was stopped counts only what it does itself; its note is shown beside", () => {
  let time = 0;
  let text = "";
  const reporter = openReporter({ terminal: false, write: (part) => void (text += part) }, () => time);
  for (let done = 80; done <= 100; done++) {
    reporter.progress({ step: "Fit: training", done, total: 100, note: `loss ${100 - done}` });
    time += 1000;
  }
  assert.deepEqual(text.split("\n"), [
    "Fit: training: 90/100, loss 10, 10 s left",
    "Fit: training: 100/100, loss 0, took 20 s",
    "",
  ]);
});
