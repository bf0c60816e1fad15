import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, bytes, counted, duration, memory, nanos, shortId, until } from "../src/format";

test("a duration is told in its two largest units", () => {
  const said = [0, 42.9, 60, 185, 3600, 7800, 86_400, 356_400, -5].map(duration);
  assert.deepEqual(said, ["0 s", "42 s", "1 min", "3 min 5 s", "1 h", "2 h 10 min", "1 d", "4 d 3 h", "0 s"]);
});

test("a time in the past or the future is told in one unit", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  assert.deepEqual(
    [-3, -59, -300, -7200, -172_800].map((seconds) => ago(at(seconds), now)),
    ["just now", "59 s ago", "5 min ago", "2 h ago", "2 d ago"],
  );
  assert.deepEqual(
    [-1, 90, 604_799].map((seconds) => until(at(seconds), now)),
    ["now", "in 2 min", "in 7 d"],
  );
});

test("sizes on disk are powers of ten, limits powers of two", () => {
  assert.deepEqual([0, 999, 1000, 4_230_000, 99_600_000, 1_500_000_000].map(bytes), [
    "0 B",
    "999 B",
    "1 kB",
    "4.2 MB",
    "100 MB",
    "1.5 GB",
  ]);
  assert.deepEqual([512, 268_435_456, 1_610_612_736].map(memory), ["512 B", "256 MiB", "1.5 GiB"]);
});

test("short times have the unit that fits", () => {
  assert.deepEqual([830_000, 1_240_000, 2_100_000_000].map(nanos), ["830 µs", "1.24 ms", "2.1 s"]);
});

test("ids are cut to twelve digits and counted nouns agree with their number", () => {
  assert.equal(shortId("sha256:0123456789abcdef"), "0123456789ab");
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, "call")),
    ["0 calls", "1 call", "2 calls"],
  );
});
