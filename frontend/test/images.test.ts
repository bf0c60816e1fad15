import assert from "node:assert/strict";
import { test } from "node:test";
import { argsFrom, bodyOf } from "../src/pages/new-build";
import { EventReader } from "../src/streamed";
import { tar } from "../src/tar";
import { follow, progressOf } from "../src/transfers";

const text = async (blob: Blob, from: number, length: number): Promise<string> =>
  new TextDecoder().decode((await blob.arrayBuffer()).slice(from, from + length)).replace(/\0.*$/s, "");

test("events are read whatever pieces they come in", () => {
  const reader = new EventReader();
  assert.deepEqual(reader.take("event:progress\nda"), []);
  assert.deepEqual(reader.take('ta:{"a":1}\n\n:comment\n\nevent:done\ndata: x\n\n'), [
    { name: "progress", data: '{"a":1}' },
    { name: "done", data: "x" },
  ]);
});

test("progress adds up what layers tell, and a finished layer counts whole", () => {
  const steps = new Map<string, { status: string; current: number; total: number }>();
  assert.equal(follow(steps, { id: "", status: "Pulling from app" }), false);
  follow(steps, { id: "a", status: "Downloading", currentBytes: 500, totalBytes: 1000 });
  follow(steps, { id: "b", status: "Downloading", currentBytes: 100, totalBytes: 2000 });
  assert.deepEqual(progressOf(steps), { done: 600, total: 3000, words: "600 B of 3 kB" });
  follow(steps, { id: "b", status: "Pull complete" });
  assert.equal(progressOf(steps).done, 2500);
});

test("an archive has a header, the content and padding for each file, and a record for a long name", async () => {
  const long = `${"d".repeat(80)}/${"f".repeat(80)}`;
  const archive = tar([
    { path: "Dockerfile", content: new Blob(["FROM scratch\n"]) },
    { path: long, content: new Blob(["x"]), executable: true },
  ]);
  assert.equal(archive.size % 512, 0);
  assert.equal(await text(archive, 0, 100), "Dockerfile");
  assert.equal(await text(archive, 124, 11), "00000000015");
  assert.equal(await text(archive, 257, 5), "ustar");
  assert.equal(await text(archive, 512, 13), "FROM scratch\n");
  assert.equal(await text(archive, 1024 + 156, 1), "x");
  assert.equal(await text(archive, 1536, 512), `${long.length + 10} path=${long}\n`);
  assert.equal(await text(archive, 2048 + 100, 7), "0000755");
});

test("a header's checksum is the sum of its bytes with blanks in its place", async () => {
  const header = new Uint8Array(
    (await tar([{ path: "a", content: new Blob([]) }]).arrayBuffer()).slice(0, 512),
  );
  const told = parseInt(new TextDecoder().decode(header.slice(148, 154)), 8);
  header.fill(32, 148, 156);
  assert.equal(
    told,
    header.reduce((sum, byte) => sum + byte, 0),
  );
});

test("arguments are name=value, one to a line", () => {
  assert.deepEqual(argsFrom(" A=1\n\nB=x=y "), { A: "1", B: "x=y" });
  assert.throws(() => argsFrom("A"), /NAME=value/);
});

test("a build sends the wish alone, or before the files", () => {
  const wish = { name: "app", dockerfile: "FROM scratch", target: "", args: {}, noCache: true };
  assert.deepEqual(bodyOf(wish, []), {
    text: "FROM scratch\n",
    tags: ["app"],
    args: {},
    noCache: true,
    pull: false,
  });
  const form = bodyOf(wish, [{ path: "a", content: new Blob(["x"]) }]) as FormData;
  assert.deepEqual([...form.keys()], ["options", "context"]);
});
