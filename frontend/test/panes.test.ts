import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, FileEntry, Stats, Volume } from "../src/api";
import { fits } from "../src/container-actions";
import { kept, KEPT, percent, pointOf } from "../src/figures";
import { crumbs, iconOf, opensAs, permissions, sorted, tidy, within } from "../src/file-words";
import { agoOrDay, shownName } from "../src/format";
import { wantedLimits } from "../src/limits-pane";
import { blamedField, dockerCommand, wantedVolume } from "../src/pages/new-volume";
import { total } from "../src/pages/volumes";
import { tabName, target } from "../src/tabs";
import { wantedShell } from "../src/terminal-pane";
import { bytesOf, farewell, socketAddress } from "../src/terminal-words";
import { keptIn } from "../src/volume-actions";

const form = (fields: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    data.set(name, value);
  }
  return data;
};

test("a tab is named by the path, or by what once was behind the #", () => {
  assert.equal(tabName("/ui/containers/web", "/ui/containers/web/files", ""), "files");
  assert.equal(tabName("/ui/containers/web", "/ui/containers/web", "#anatomy"), "anatomy");
  assert.equal(tabName("/ui/containers/web", "/ui/containers/web", ""), "");
  assert.equal(tabName("/ui/containers/web", "/ui/containers/web/files", "#anatomy"), "files");
});

test("keys move through tabs and around their ends", () => {
  assert.deepEqual(
    ["ArrowRight", "ArrowLeft", "Home", "End", "x"].map((key) => target(key, 2, 3)),
    [0, 1, 0, 2, 2],
  );
  assert.equal(target("ArrowLeft", 0, 3), 2);
});

test("buttons fit the state", () => {
  const shown = (state: string): string[] =>
    ["start", "stop", "restart", "pause", "unpause", "kill", "rename", "remove"].filter((action) =>
      fits(action, { state } as Container),
    );
  assert.deepEqual(shown("running"), ["stop", "restart", "pause", "kill", "rename", "remove"]);
  assert.deepEqual(shown("paused"), ["stop", "restart", "unpause", "kill", "rename", "remove"]);
  assert.deepEqual(shown("exited"), ["start", "rename", "remove"]);
});

test("a terminal's end is told in words", () => {
  assert.equal(farewell(1000, "exit code 0"), "The program has ended.");
  assert.equal(farewell(1000, "exit code 137"), "The program has ended with exit code 137.");
  assert.equal(farewell(1000, "the container has ended"), "The container has ended.");
  assert.equal(farewell(1000, ""), "Closed.");
  assert.equal(farewell(1006, ""), "The connection to the engine broke off.");
});

test("a WebSocket is on the page's own server, encrypted when the page is", () => {
  assert.equal(socketAddress({ protocol: "http:", host: "a:8080" }, "/x"), "ws://a:8080/x");
  assert.equal(socketAddress({ protocol: "https:", host: "a" }, "/x"), "wss://a/x");
  assert.deepEqual([...bytesOf("\u0000a\u00ff")], [0, 97, 255]);
});

test("a shell is what is typed, and needs something", () => {
  assert.deepEqual(wantedShell(form({ command: "sh -c 'a b'", user: "" })), { command: ["sh", "-c", "a b"] });
  assert.deepEqual(wantedShell(form({ command: "sh", user: "nobody" })), { command: ["sh"], user: "nobody" });
  assert.throws(() => wantedShell(form({ command: " " })), { field: "command" });
  assert.throws(() => wantedShell(form({ command: "'" })), { field: "command" });
});

const file = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({
  name,
  kind: "file",
  sizeBytes: 0,
  mode: "0644",
  owner: 0,
  group: 0,
  changedAt: "2026-01-01T00:00:00Z",
  linkTarget: null,
  targetKind: null,
  ...more,
});

test("paths are tidied and never lead above the root", () => {
  assert.deepEqual(["", "/", "a//b/./c", "/../../etc", "/a/../b/"].map(tidy), [
    "/",
    "/",
    "/a/b/c",
    "/etc",
    "/b",
  ]);
  assert.equal(within("/", "a"), "/a");
  assert.equal(within("/a", "b"), "/a/b");
  assert.deepEqual(crumbs("/a/b"), [
    { name: "/", path: "/" },
    { name: "a", path: "/a" },
    { name: "b", path: "/a/b" },
  ]);
});

test("links open as what they lead to", () => {
  assert.equal(opensAs(file("f")), "file");
  assert.equal(opensAs(file("l", { kind: "link", targetKind: "directory" })), "directory");
  assert.equal(opensAs(file("l", { kind: "link" })), null);
  assert.equal(opensAs(file("p", { kind: "pipe" })), null);
  assert.equal(iconOf(file("l", { kind: "link", targetKind: "directory" })), "folder");
});

test("directories come first, and numbers in names count", () => {
  const names = sorted([file("b10"), file("b9"), file("z", { kind: "directory" })]).map(({ name }) => name);
  assert.deepEqual(names, ["z", "b9", "b10"]);
});

test("permissions are shown as ls shows them", () => {
  assert.equal(permissions("file", "0644"), "-rw-r--r--");
  assert.equal(permissions("directory", "1777"), "drwxrwxrwt");
  assert.equal(permissions("file", "4755"), "-rwsr-xr-x");
  assert.equal(permissions("file", "6644"), "-rwSr-Sr--");
  assert.equal(permissions("link", "0777"), "lrwxrwxrwx");
});

const stats = (seconds: number, more: Partial<Stats> = {}): Stats => ({
  time: new Date(seconds * 1000).toISOString(),
  running: true,
  cpuNanos: 0,
  cpuLimitPercent: 200,
  memoryBytes: 5,
  memoryLimitBytes: 10,
  networkReceivedBytes: 0,
  networkSentBytes: 0,
  blockReadBytes: 0,
  blockWrittenBytes: 0,
  processes: 1,
  ...more,
});

test("speeds come from two readings, and not across a start", () => {
  const point = pointOf(stats(10, { cpuNanos: 1e9 }), stats(12, { cpuNanos: 2e9, networkSentBytes: 600 }));
  assert.equal(point.cpuPercent, 50);
  assert.equal(point.sent, 300);
  assert.equal(point.received, 0);
  assert.equal(pointOf(null, stats(1)).cpuPercent, null);
  assert.equal(pointOf(stats(1, { cpuNanos: 9 }), stats(2, { cpuNanos: 3 })).cpuPercent, null);
  assert.equal(kept(new Array(KEPT).fill(point), point).length, KEPT);
  assert.deepEqual([0.44, 9, 37.4, 150].map(percent), ["0.4 %", "9 %", "37 %", "150 %"]);
});

test("an empty limit is taken away, a wrong one named", () => {
  assert.deepEqual(wantedLimits(form({ memory: "64m", cpus: "", pids: "", restart: "no" })), {
    memoryBytes: 67_108_864,
    cpus: 0,
    pidsLimit: 0,
    restartPolicy: "no",
  });
  assert.equal(wantedLimits(form({ restart: "on-failure", retries: "3" })).restartRetries, 3);
  for (const [field, value] of [
    ["memory", "much"],
    ["cpus", "-1"],
    ["pids", "1.5"],
  ] as const) {
    assert.throws(() => wantedLimits(form({ restart: "no", [field]: value })), { field });
  }
});

const volume = (id: string, more: Partial<Volume> = {}): Volume => ({
  id,
  name: id,
  created: "2026-01-01T00:00:00Z",
  labels: {},
  options: {},
  anonymous: false,
  users: [],
  ...more,
});

test("volumes are summed up and told what holds them", () => {
  assert.equal(total([], new Map()), "");
  assert.equal(total([volume("a"), volume("b")], new Map([["a", 1500]])), "2 volumes, 1.5 kB");
  assert.equal(keptIn(volume("a")), "directory");
  assert.equal(keptIn(volume("a", { options: { type: "tmpfs" } })), "tmpfs");
  assert.equal(keptIn(volume("a", { options: { type: "none", o: "bind" } })), "host");
  assert.equal(shownName("a".repeat(64)), "aaaaaaaaaaaa");
  assert.equal(shownName("data"), "data");
});

test("the form of a volume becomes a request and a command", () => {
  const wanted = wantedVolume(
    form({ name: "data", labels: "a=1", type: "tmpfs", device: "tmpfs", o: "size=1m" }),
  );
  assert.deepEqual(wanted, {
    name: "data",
    labels: { a: "1" },
    options: { type: "tmpfs", device: "tmpfs", o: "size=1m" },
  });
  assert.equal(
    dockerCommand(wanted),
    "docker volume create -o type=tmpfs -o device=tmpfs -o o=size=1m --label a=1 data",
  );
  assert.deepEqual(wantedVolume(form({})), {});
  assert.throws(() => wantedVolume(form({ name: "-x" })), { field: "name" });
  assert.throws(() => wantedVolume(form({ labels: "=x" })), { field: "labels" });
  assert.equal(blamedField("a volume with the name x already exists"), "name");
});

test("what was long ago has a date", () => {
  const now = new Date("2026-06-01T00:00:00Z");
  assert.equal(agoOrDay(new Date("2026-05-31T00:00:00Z"), now), "1 d ago");
  assert.match(agoOrDay(new Date("1970-01-02T00:00:00Z"), now), /1970/);
});
