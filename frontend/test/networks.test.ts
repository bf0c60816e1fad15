import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, Endpoint, Network } from "../src/api";
import { blamed, wantedPlace } from "../src/connecting";
import { described, fit, layOut } from "../src/network-map";
import { lanesOf, rows } from "../src/network-rows";
import { address, addresses, hues, portSigns, reach, withoutLinks } from "../src/network-words";
import { others } from "../src/pages/network";
import { changes } from "../src/pages/networks";
import { blamedField, dockerCommand, wantedNetwork } from "../src/pages/new-network";
import { byChain } from "../src/pages/rules";
import { area, line, remember, scaleEnd } from "../src/rates";
import { perSecond, trouble } from "../src/traffic-view";
import { parseLabels, parsePorts } from "../src/words";

const network = (id: string, more: Partial<Network> = {}): Network => ({
  id,
  name: `net-${id}`,
  driver: "bridge",
  subnets: [{ subnet: "172.30.0.0/24", gateway: "172.30.0.1" }],
  internal: false,
  predefined: false,
  containers: 0,
  ...more,
});

const place = (networkId: string, ipv4: string | null = "172.30.0.2/24"): Endpoint => ({
  networkId,
  network: `net-${networkId}`,
  containerId: "",
  ipv4,
  ipv6: null,
  gateway4: null,
  gateway6: null,
  mac: null,
  interfaceName: null,
  aliases: [],
  names: [],
});

const container = (id: string, on: string[], more: Partial<Container> = {}): Container => ({
  id,
  name: `c-${id}`,
  image: "i",
  command: [],
  state: "running",
  exitCode: 0,
  oomKilled: false,
  error: "",
  createdAt: "",
  startedAt: null,
  finishedAt: null,
  terminal: false,
  networkMode: "default",
  networks: on.map((networkId) => place(networkId)),
  ports: [],
  ...more,
});

const port = (hostPort: number, containerPort: number, hostAddress = "0.0.0.0", protocol = "tcp") => ({
  hostPort,
  containerPort,
  hostAddress,
  protocol,
});

const form = (fields: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    data.set(name, value);
  }
  return data;
};

const bridge = network("0", { name: "bridge", predefined: true });
const host = network("1", { name: "host", driver: "host", predefined: true, subnets: [] });
const none = network("2", { name: "none", driver: "null", predefined: true, subnets: [] });
const front = network("3");
const back = network("4", { internal: true });

test("networks with links take colours in their order", () => {
  assert.deepEqual(
    [...hues([bridge, host, none, front])],
    [
      ["0", "hue-0"],
      ["1", "hue-none"],
      ["2", "hue-none"],
      ["3", "hue-1"],
    ],
  );
  assert.deepEqual([bridge, host, none, back].map(reach), [
    "outside",
    "the host's own",
    "nothing",
    "internal",
  ]);
});

test("a port on both families is told once and linked by the page's host", () => {
  const signs = portSigns([port(8080, 80), port(8080, 80, "::"), port(53, 53, "127.0.0.1", "udp")], "::1");
  assert.deepEqual(
    signs.map(({ text, href }) => [text, href]),
    [
      ["8080→80", "http://[::1]:8080"],
      ["127.0.0.1:53→53/udp", null],
    ],
  );
  assert.equal(portSigns([port(8080, 80, "127.0.0.1")], "engine")[0]?.href, "http://127.0.0.1:8080");
});

test("addresses are told whole in tables and short in pictures", () => {
  assert.equal(addresses({ ...place("3"), ipv6: "fd00::2/64" }), "172.30.0.2/24, fd00::2/64");
  assert.equal(address(place("3")), "172.30.0.2");
  assert.equal(address({ ...place("3", null), ipv6: "fd00:1234:5678:9abc::2/64" }), "…4:5678:9abc::2");
  assert.equal(address(place("3", null)), "");
});

test("a container without links says why", () => {
  assert.equal(withoutLinks("host", String), "the host's own network");
  assert.equal(
    withoutLinks("container:ab", (id) => `c-${id}`),
    "shares the network of c-ab",
  );
});

test("predefined networks have a lane only when somebody is on them", () => {
  const all = [bridge, host, none, front];
  assert.deepEqual(lanesOf(all, []), [front]);
  assert.deepEqual(lanesOf(all, [container("a", ["0"])]), [bridge, front]);
});

test("rows of the same networks are neighbours, stopped ones and those without a network last", () => {
  const all = [
    container("lonely", [], { networkMode: "none" }),
    container("back", ["4"]),
    container("both", ["4", "3"]),
    container("front-stopped", ["3"], { state: "exited" }),
    container("front", ["3"]),
  ];
  const list = rows([front, back], all, new Set());
  assert.deepEqual(
    list.map(({ key }) => key),
    ["front", "front-stopped", "both", "back", "lonely"],
  );
  assert.deepEqual(list[2]?.lanes, ["3", "4"], "in the order of the lanes");
});

test("beyond forty containers stopped ones are folded, then running ones", () => {
  const running = Array.from({ length: 30 }, (_, at) => container(`r${at}`, ["3"]));
  const stopped = Array.from({ length: 20 }, (_, at) => container(`s${at}`, ["3"], { state: "exited" }));
  const some = rows([front], [...running, ...stopped], new Set());
  assert.equal(some.length, 31);
  assert.equal(some.at(-1)?.group, "20 stopped");

  const more = Array.from({ length: 60 }, (_, at) => container(`m${at}`, ["3"]));
  const folded = rows([front], [...more, ...stopped], new Set());
  assert.deepEqual(
    folded.map(({ group }) => group),
    ["", "", "", "57 more", "20 stopped"],
  );
  const key = folded[3]?.key ?? "";
  assert.equal(rows([front], [...more, ...stopped], new Set([key])).length, 5 + 57);
});

test("the picture has a lane per network, a wire per place, and ports at the border", () => {
  const all = [
    container("web", ["3", "4"], { ports: [port(8080, 80), port(8443, 443)] }),
    container("db", ["4"], { state: "exited", networks: [place("4", null)] }),
    container("bare", [], { networkMode: "host" }),
  ];
  const lanes = [front, back];
  const map = layOut(lanes, hues(lanes), rows(lanes, all, new Set()), 1200, "h");
  const [web, db, bare] = map.nodes;
  assert.ok(web && db && bare);
  assert.deepEqual(
    web.wires.map(({ lane, to, label }) => [lane, to, label]),
    map.lanes.map(({ id, x }) => [id, x, "172.30.0.2"]),
  );
  assert.deepEqual(
    web.plugs.map(({ text }) => text),
    ["8080→80", "8443→443"],
  );
  assert.ok(web.plugs.every(({ y, width }) => width < map.borderX && Math.abs(y - web.y) < 30));
  assert.equal(db.running, false);
  assert.equal(db.wires[0]?.label, "");
  assert.ok(bare.onHost);
  assert.equal(bare.note, "the host's own network");
  assert.ok(map.nodes.every(({ y }) => y > map.laneTop && y < map.height));
  assert.ok(map.lanes.every(({ x, bottom }) => x < map.width && bottom < map.height));
  assert.ok(map.lanes.every(({ x }) => x > map.cardX + map.cardWidth));
  assert.ok(map.width <= 1200, "no wider than there is room for");
});

test("nodes do not overlap, however many wires and ports they have", () => {
  const nets = Array.from({ length: 6 }, (_, at) => network(`n${at}`));
  const all = Array.from({ length: 12 }, (_, at) =>
    container(
      `c${at}`,
      nets.slice(at % 6).map(({ id }) => id),
      { ports: Array.from({ length: at }, (_, n) => port(8000 + n, n + 1)) },
    ),
  );
  for (const width of [360, 900, 1500]) {
    const { nodes, cardHeight } = layOut(nets, hues(nets), rows(nets, all, new Set()), width, "h");
    nodes.slice(1).forEach((node, at) => {
      const before = nodes[at];
      assert.ok(before && node.y - before.y >= cardHeight + 8);
      const lowest = Math.max(...before.plugs.map(({ y }) => y), ...before.wires.map(({ y }) => y));
      const highest = Math.min(...node.plugs.map(({ y }) => y), ...node.wires.map(({ y }) => y));
      assert.ok(lowest < highest);
    });
    assert.equal(nodes.find(({ key }) => key === "c11")?.plugs.at(-1)?.text, "+8");
  }
});

test("texts are cut to their width", () => {
  assert.equal(fit("short", 100, 8), "short");
  assert.equal(fit("much-too-long", 40, 8), "much…");
});

test("the picture is told in words", () => {
  assert.equal(described([front, back], [container("a", ["3"])]), "net-3: c-a. net-4, internal: nobody.");
});

test("changes of networks are told by name, many by number", () => {
  assert.equal(changes([front], [front]), "");
  assert.equal(changes([front, back], [{ ...front, containers: 2 }]), "net-3: 2 containers, net-4: removed");
  assert.equal(changes([], [bridge, host, none, front]), "4 networks changed");
});

test("only containers with networks of their own can join", () => {
  const all = [
    container("a", ["3"]),
    container("b", []),
    container("c", [], { networkMode: "host" }),
    container("d", [], { networkMode: "container:a" }),
  ];
  assert.deepEqual(
    others("3", all).map(({ id }) => id),
    ["b"],
  );
});

test("what a container asks for on a network is read from the form", () => {
  assert.deepEqual(wantedPlace(form({ aliases: "db, cache", address: "172.30.0.9" })), {
    aliases: ["db", "cache"],
    ipv4: "172.30.0.9",
  });
  assert.deepEqual(wantedPlace(form({ aliases: "", address: "fd00::9" })), { ipv6: "fd00::9" });
  assert.throws(() => wantedPlace(form({ address: "here" })), { field: "address" });
  assert.equal(blamed({ message: "Address already in use." }), "address");
});

test("the form of a network becomes a request and a command", () => {
  const wanted = wantedNetwork(
    form({
      name: "shop",
      driver: "bridge",
      subnet: "172.30.0.0/24",
      gateway: "172.30.0.1",
      internal: "on",
      labels: "a=b",
    }),
  );
  assert.deepEqual(wanted, {
    name: "shop",
    subnet: "172.30.0.0/24",
    gateway: "172.30.0.1",
    internal: true,
    labels: { a: "b" },
  });
  assert.equal(
    dockerCommand({ ...wanted, isolated: true }),
    "docker network create --subnet 172.30.0.0/24 --gateway 172.30.0.1 --internal" +
      " -o com.docker.network.bridge.enable_icc=false --label a=b shop",
  );
  for (const [field, fields] of [
    ["name", { name: "-x" }],
    ["subnet", { name: "x", subnet: "172.30.0.0" }],
    ["subnet", { name: "x", gateway: "172.30.0.1" }],
    ["labels", { name: "x", labels: "=" }],
  ] as const) {
    assert.throws(() => wantedNetwork(form(fields)), { field });
  }
  assert.equal(blamedField("network with name shop already exists"), "name");
  assert.equal(blamedField("Pool overlaps with other one on this address space"), "subnet");
});

test("rules are grouped by chain in their order", () => {
  const rule = (chain: string, meaning: string) => ({ chain, meaning, packets: 0, bytes: 0 });
  assert.deepEqual(
    byChain([rule("forward", "a"), rule("input", "b"), rule("forward", "c")]).map(({ name, rules: own }) => [
      name,
      own.length,
    ]),
    [
      ["forward", 2],
      ["input", 1],
    ],
  );
});

const reading = (receivedBytes: number, sentBytes: number) => ({
  networkName: "shop",
  linkName: "eth0",
  receivedBytes,
  receivedPackets: 0,
  receiveErrors: 0,
  receiveDropped: 0,
  sentBytes,
  sentPackets: 0,
  sendErrors: 0,
  sendDropped: 0,
});

test("speeds come from what was counted between two readings", () => {
  const first = remember(new Map(), [reading(1000, 0)], 0);
  assert.deepEqual(first.get("shop eth0")?.speeds, []);
  const second = remember(first, [reading(5000, 1000)], 2000);
  assert.deepEqual(second.get("shop eth0")?.speeds, [{ received: 2000, sent: 500 }]);
  assert.deepEqual(remember(second, [reading(10, 0)], 4000).get("shop eth0")?.speeds, [], "made anew");
  assert.equal(remember(second, [], 4000).size, 0);
  let long = first;
  for (let at = 1; at < 100; at++) {
    long = remember(long, [reading(1000 + at, at)], at * 1000);
  }
  assert.equal(long.get("shop eth0")?.speeds.length, 60);
});

test("a graph's line ends at the right edge and its scale is round", () => {
  assert.equal(line([0, 10], 10, 5, 40, 20), "30,20 40,0");
  assert.equal(area([0, 10], 10, 5, 40, 20), "30,20 30,20 40,0 40,20");
  assert.equal(area([], 10, 5, 40, 20), "");
  assert.deepEqual([[], [1001], [3000, 1], [70_000]].map(scaleEnd), [1000, 2000, 5000, 100_000]);
  assert.equal(perSecond(1234.5), "1.2 kB/s");
  assert.equal(trouble({ ...reading(0, 0), receiveErrors: 1, sendDropped: 2 }), "1 error, 2 dropped packets");
});

test("ports and labels are read as they are typed", () => {
  assert.deepEqual(parsePorts("8080:80, 53:53/udp  127.0.0.1::80"), [
    "8080:80",
    "53:53/udp",
    "127.0.0.1::80",
  ]);
  assert.throws(() => parsePorts("http"), /no port/);
  assert.deepEqual(parseLabels("a=b=c\n\nd"), { a: "b=c", d: "" });
});
