import assert from "node:assert/strict";
import { visible } from "../../../lib/base/text/visible.ts";

Deno.test("no character of a name commands a terminal", () => {
  assert.equal(visible("\u001b]0;title\u0007a\u009b31m\r\u007f"), "\\u{1b}]0;title\\u{7}a\\u{9b}31m\\u{d}\\u{7f}");
  assert.equal(visible("gnp.\u202etxt\u2066"), "gnp.\\u{202e}txt\\u{2066}");
  assert.equal(visible("two\nlines\tof Grüße, 部品 🙂"), "two\nlines\tof Grüße, 部品 🙂");
});
