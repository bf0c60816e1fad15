import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../src/ansi";
import { LineAssembler } from "../src/log-lines";

const texts = (lines: { text: string }[]): string[] => lines.map((line) => line.text);

test("records that end within a line are put together, each stream for itself", () => {
  const assembler = new LineAssembler();
  assert.deepEqual(texts(assembler.add("stdout", "one\ntw", "t1")), ["one"]);
  assert.deepEqual(assembler.add("stderr", "oops\n", "t2"), [{ stream: "stderr", text: "oops", time: "t2" }]);
  assert.deepEqual(assembler.add("stdout", "o\n\n", "t3"), [
    { stream: "stdout", text: "two", time: "t1" },
    { stream: "stdout", text: "", time: "t3" },
  ]);
  assert.deepEqual(texts(assembler.add("stdout", "rest", "t4")), []);
  assert.deepEqual(texts(assembler.finish()), ["rest"]);
  assert.deepEqual(assembler.finish(), []);
});

test("a line without an end is cut at a bounded length", () => {
  const assembler = new LineAssembler();
  const cut = assembler.add("stdout", "x".repeat(LineAssembler.LONGEST + 1), "t");
  assert.equal(cut[0]?.text.length, LineAssembler.LONGEST + 1);
  assert.deepEqual(assembler.finish(), []);
});

test("colours become styles and other escape sequences go", () => {
  assert.deepEqual(pieces("plain"), [{ text: "plain", styles: [] }]);
  assert.deepEqual(pieces("\u001b[1;31mERR\u001b[0m then \u001b[92mok\u001b[39m."), [
    { text: "ERR", styles: ["bold", "fg-red"] },
    { text: " then ", styles: [] },
    { text: "ok", styles: ["fg-green"] },
    { text: ".", styles: [] },
  ]);
  assert.deepEqual(pieces("\u001b[38;5;120mx\u001b[2K\u001b]0;title\u0007y"), [
    { text: "x", styles: [] },
    { text: "y", styles: [] },
  ]);
});

test("what a program wrote over with carriage returns is not shown", () => {
  assert.deepEqual(pieces("10%\r50%\r100%\r"), [{ text: "100%", styles: [] }]);
});
