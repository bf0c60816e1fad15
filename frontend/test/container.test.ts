import assert from "node:assert/strict";
import { test } from "node:test";
import { stretches } from "../src/anatomy-view";
import type { Container } from "../src/api";
import { fits } from "../src/container-actions";
import { glance, matches, since } from "../src/container-state";
import { changes } from "../src/pages/containers";
import { loadedSentence } from "../src/pages/images";
import { blamed, dockerCommand, fieldOf, wanted } from "../src/pages/new-container";

const web: Container = {
  id: "0123456789abcdef",
  name: "web-1",
  image: "lighter/host:latest",
  command: ["sh", "-c", "sleep 9"],
  state: "running",
  exitCode: 0,
  oomKilled: false,
  error: "",
  createdAt: "2026-11-24T11:00:00Z",
  startedAt: "2026-11-24T11:59:00Z",
  finishedAt: null,
  terminal: false,
  networkMode: "default",
  networks: [],
  ports: [],
};
const ended: Container = {
  ...web,
  id: "f",
  name: "job",
  state: "exited",
  finishedAt: "2026-11-24T11:30:00Z",
};
const now = new Date("2026-11-24T12:00:00Z");

test("a state is told at a glance", () => {
  assert.deepEqual(glance(web), { kind: "running", label: "Running" });
  assert.deepEqual(glance(ended), { kind: "ended", label: "Exited" });
  assert.deepEqual(glance({ ...ended, exitCode: 7 }), { kind: "failed", label: "Exited 7" });
  assert.deepEqual(glance({ ...ended, exitCode: 137, oomKilled: true }).label, "Out of memory");
  assert.deepEqual(glance({ ...web, state: "created" }).label, "Created");
  assert.deepEqual(glance({ ...web, state: "created", error: "no such file" }).kind, "failed");
});

test("the time shown is that of the latest change", () => {
  assert.equal(since(web, now), "up 1 min");
  assert.equal(since(ended, now), "ended 30 min ago");
  assert.equal(since({ ...web, state: "created", startedAt: null }, now), "created 1 h ago");
});

test("a filter wants every word, somewhere, and the state", () => {
  assert.ok(matches(web, { text: "", state: "all" }));
  assert.ok(matches(web, { text: "HOST sleep", state: "running" }));
  assert.ok(!matches(web, { text: "host wake", state: "all" }));
  assert.ok(!matches(web, { text: "", state: "stopped" }));
});

test("changes of the list are told by name, many of them by number", () => {
  assert.equal(changes([web], [web]), "");
  assert.equal(changes([web], [{ ...web, state: "exited" }, ended]), "web-1: Exited, job: Exited");
  assert.equal(changes([web, ended], [web]), "job: removed");
  const many = ["a", "b", "c", "d"].map((id) => ({ ...web, id, name: id }));
  assert.equal(changes([], many), "4 containers changed");
});

const form = (fields: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    data.set(name, value);
  }
  return data;
};

test("the form's fields become a request, empty ones are left out", () => {
  assert.deepEqual(wanted(form({ image: "lighter/host:latest", name: " ", command: "", memory: "" })), {
    image: "lighter/host:latest",
    autoRemove: false,
  });
  assert.deepEqual(
    wanted(
      form({
        image: "i",
        name: "web",
        command: "sh -c 'echo hi'",
        env: "A=1",
        memory: "64m",
        cpus: ".5",
        pids: "20",
        autoRemove: "on",
      }),
    ),
    {
      image: "i",
      name: "web",
      command: ["sh", "-c", "echo hi"],
      env: ["A=1"],
      memoryBytes: 67_108_864,
      cpus: 0.5,
      pidsLimit: 20,
      autoRemove: true,
    },
  );
});

test("a wrong field is named", () => {
  for (const [field, value] of [
    ["name", "-x"],
    ["command", "echo 'x"],
    ["env", "x"],
    ["ports", "http"],
    ["memory", "lots"],
    ["cpus", "0"],
    ["pids", "1.5"],
  ] as const) {
    assert.throws(() => wanted(form({ image: "i", [field]: value })), { field }, field);
  }
  assert.throws(() => wanted(form({})), { field: "image" });
});

test("the same container is told as a command of the docker CLI", () => {
  assert.equal(
    dockerCommand({ image: "i", name: "n", command: ["sh", "-c", "a b"], env: ["A=x y"], autoRemove: true }),
    "docker run -d --rm --name n -e 'A=x y' i sh -c 'a b'",
  );
  const wish = wanted(form({ image: "i", network: "shop", aliases: "db cache", ports: "8080:80,53:53/udp" }));
  assert.equal(
    dockerCommand(wish),
    "docker run -d --network shop --network-alias db --network-alias cache -p 8080:80 -p 53:53/udp i",
  );
});

test("a sentence of the engine finds its field", () => {
  assert.equal(blamed('Conflict. The container name "/web" is already in use by container "1".'), "name");
  assert.equal(blamed("No such image: nope:latest."), "image");
  assert.equal(blamed('exec: "nope": executable file not found in $PATH.'), "command");
  assert.equal(blamed("Something else."), "");
  assert.deepEqual(["memoryBytes", "pidsLimit", "command[0].<list element>", "name"].map(fieldOf), [
    "memory",
    "pids",
    "command",
    "name",
  ]);
});

test("stretches of the anatomy's bar follow each other and fill no more than the whole", () => {
  const group = (nanos: number): { name: string; purpose: string; nanos: number; calls: [] } => ({
    name: "",
    purpose: "",
    nanos,
    calls: [],
  });
  assert.deepEqual(stretches({ totalNanos: 400, groups: [group(100), group(300), group(0)] }), [
    { from: 0, width: 25 },
    { from: 25, width: 75 },
    { from: 100, width: 0 },
  ]);
  assert.deepEqual(stretches({ totalNanos: 0, groups: [group(0)] }), [{ from: 0, width: 0 }]);
});

test("an upload tells the names it brought", () => {
  assert.equal(loadedSentence("a.tar", '[{"name":"app:1","id":"x"}]'), "app:1 is loaded.");
  assert.equal(
    loadedSentence("a.tar", '[{"name":"a:1"},{"name":"b:2"},{"name":""}]'),
    "a:1, b:2 are loaded.",
  );
  assert.equal(loadedSentence("a.tar", '[{"name":"","id":"x"}]'), "a.tar is loaded.");
});

test("a container that restarts again and again can be stopped, and one that runs cannot be started", () => {
  const able = (state: string): string[] =>
    ["start", "stop", "restart", "pause", "unpause"].filter((action) => fits(action, { ...web, state }));
  assert.deepEqual(able("restarting"), ["stop"]);
  assert.deepEqual(able("running"), ["stop", "restart", "pause"]);
  assert.deepEqual(able("paused"), ["stop", "restart", "unpause"]);
  assert.deepEqual(able("exited"), ["start"]);
});
