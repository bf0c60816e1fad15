/** The resources under /api that the pages use, as the engine sends them. */
import { call } from "./http";

/** A container as a list shows it. */
export interface Container {
  id: string;
  name: string;
  image: string;
  command: string[];
  state: string;
  exitCode: number;
  oomKilled: boolean;
  error: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  terminal: boolean;
  networkMode: string;
  networks: Endpoint[];
  ports: Port[];
}

/** A port of a container that is reachable at the host. */
export interface Port {
  containerPort: number;
  protocol: string;
  hostAddress: string;
  hostPort: number;
}

/** A container's place on a network; without addresses while it does not run. */
export interface Endpoint {
  networkId: string;
  network: string;
  containerId: string;
  ipv4: string | null;
  ipv6: string | null;
  gateway4: string | null;
  gateway6: string | null;
  mac: string | null;
  interfaceName: string | null;
  aliases: string[];
  names: string[];
}

/** A network as a list shows it. */
export interface Network {
  id: string;
  name: string;
  driver: string;
  subnets: { subnet: string; gateway: string | null }[];
  internal: boolean;
  predefined: boolean;
  containers: number;
}

/** What the form of a network asks for; what is missing is chosen by the engine. */
export interface NewNetwork {
  name: string;
  driver?: string;
  subnet?: string;
  gateway?: string;
  range?: string;
  ipv6?: boolean;
  subnet6?: string;
  parent?: string;
  internal?: boolean;
  isolated?: boolean;
  labels?: Record<string, string>;
}

/** What a container asks for on a network. */
export interface NewEndpoint {
  aliases?: string[];
  ipv4?: string;
  ipv6?: string;
}

/** A rule of the packet filter; -1 where nothing is counted. */
export interface Rule {
  chain: string;
  meaning: string;
  packets: number;
  bytes: number;
}

/** What went through a container's link since it started. */
export interface Traffic {
  networkName: string;
  linkName: string;
  receivedBytes: number;
  receivedPackets: number;
  receiveErrors: number;
  receiveDropped: number;
  sentBytes: number;
  sentPackets: number;
  sendErrors: number;
  sendDropped: number;
}

/** How the latest start made a container. */
export interface Anatomy {
  groups: Group[];
  totalNanos: number;
}

/** One stage of the making. */
export interface Group {
  name: string;
  purpose: string;
  nanos: number;
  calls: { call: string; purpose: string }[];
}

/** An image as a list shows it. */
export interface Image {
  id: string;
  tags: string[];
  sizeBytes: number;
  createdAt: string;
  architecture: string;
}

/** What a form asks for; what is missing comes from the image or is the default. */
export interface NewContainer {
  image: string;
  name?: string;
  command?: string[];
  env?: string[];
  workingDirectory?: string;
  user?: string;
  memoryBytes?: number;
  cpus?: number;
  pidsLimit?: number;
  network?: string;
  aliases?: string[];
  ports?: string[];
  autoRemove: boolean;
}

/** A program to be executed; what is missing is the container's own. */
export interface NewExec {
  command: string[];
  user?: string;
}

/** The size of a terminal in characters. */
export interface TerminalSize {
  rows: number;
  columns: number;
}

/** A directory of a container. */
export interface Directory {
  path: string;
  entries: FileEntry[];
  complete: boolean;
}

/** A file of a container. */
export interface FileEntry {
  name: string;
  kind: FileKind;
  sizeBytes: number;
  mode: string;
  owner: number;
  group: number;
  changedAt: string;
  linkTarget: string | null;
  targetKind: FileKind | null;
}

/** What a file is. */
export type FileKind = "file" | "directory" | "link" | "device" | "pipe" | "socket";

/** A volume, and the containers that have it. */
export interface Volume {
  id: string;
  name: string;
  created: string;
  labels: Record<string, string>;
  options: Record<string, string>;
  anonymous: boolean;
  users: { id: string; name: string; running: boolean }[];
}

/** What the form of a volume asks for; what is missing is chosen by the engine. */
export interface NewVolume {
  name?: string;
  labels?: Record<string, string>;
  options?: Record<string, string>;
}

/** What a pruning of volumes takes away, or would. */
export interface PrunedVolumes {
  volumes: string[];
  bytes: number;
}

/** What a pruning of images takes away, or would. */
export interface PrunedImages {
  images: { id: string; tags: string[]; sizeBytes: number }[];
  bytes: number;
}

/** A pull or push that is wanted. */
export interface NewTransfer {
  reference: string;
  credentials?: { username: string; password: string } | undefined;
}

/** A step of a pull or push; about a layer, or without an id about the whole. */
export interface TransferStep {
  id: string;
  status: string;
  currentBytes?: number | null;
  totalBytes?: number | null;
}

/** What a container was at one moment. */
export interface Snapshot {
  id: string;
  name: string | null;
  created: string;
  containerId: string;
  containerName: string;
  image: string;
  volumeBytes: number;
  copies: string[];
}

/** What a container uses at one moment; what flows is counted since its start. */
export interface Stats {
  time: string;
  running: boolean;
  cpuNanos: number;
  cpuLimitPercent: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  networkReceivedBytes: number;
  networkSentBytes: number;
  blockReadBytes: number;
  blockWrittenBytes: number;
  processes: number;
}

/** A process of a container, with the ids of the host. */
export interface Process {
  pid: number;
  parentPid: number;
  user: string;
  state: string;
  threads: number;
  cpuNanos: number;
  memoryBytes: number;
  startedAt: string;
  command: string;
}

/** What a container has changed in its image's files. */
export interface Changes {
  changes: { path: string; kind: "added" | "modified" | "deleted" }[];
  truncated: boolean;
}

/** What a container may use; null for no limit. */
export interface Limits {
  memoryBytes: number | null;
  memorySwapBytes: number | null;
  cpus: number | null;
  pidsLimit: number | null;
  restartPolicy: string;
  restartRetries: number;
}

/** What is to change of the limits; zero takes one away. */
export interface NewLimits {
  memoryBytes?: number;
  cpus?: number;
  pidsLimit?: number;
  restartPolicy?: string;
  restartRetries?: number;
}

/** A token as a list shows it: without its secret. */
export interface Token {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

const path = (...parts: string[]): string => ["/api", ...parts.map(encodeURIComponent)].join("/");

/** Containers. */
export const containers = {
  list: async () => (await call("GET", path("containers"))) as Container[],
  get: async (id: string) => (await call("GET", path("containers", id))) as Container,
  anatomy: async (id: string) => (await call("GET", path("containers", id, "anatomy"))) as Anatomy,
  changes: async (id: string, most: number) =>
    (await call("GET", `${path("containers", id, "changes")}?limit=${most}`)) as Changes,
  statsStream: (id: string) => path("containers", id, "stats", "stream"),
  processes: async (id: string) => (await call("GET", path("containers", id, "processes"))) as Process[],
  limits: async (id: string) => (await call("GET", path("containers", id, "limits"))) as Limits,
  changeLimits: async (id: string, wanted: NewLimits) =>
    (await call("PATCH", path("containers", id, "limits"), wanted)) as Limits,
  traffic: async (id: string) => (await call("GET", path("containers", id, "traffic"))) as Traffic[],
  create: async (wanted: NewContainer) => (await call("POST", path("containers"), wanted)) as Container,
  start: (id: string) => call("POST", path("containers", id, "start")),
  stop: (id: string) => call("POST", path("containers", id, "stop")),
  kill: (id: string) => call("POST", path("containers", id, "kill")),
  restart: (id: string) => call("POST", path("containers", id, "restart")),
  pause: (id: string) => call("POST", path("containers", id, "pause")),
  unpause: (id: string) => call("POST", path("containers", id, "unpause")),
  rename: (id: string, name: string) => call("POST", path("containers", id, "rename"), { name }),
  commit: async (id: string, name: string) =>
    (await call("POST", path("containers", id, "commit"), { name })) as { id: string; names: string[] },
  snapshot: (id: string, name: string) => call("POST", path("containers", id, "snapshot"), { name }),
  remove: (id: string) => call("DELETE", `${path("containers", id)}?force=true`),
  logStream: (id: string, tail: number) => `${path("containers", id, "logs", "stream")}?tail=${tail}`,
};

/** Programs executed in containers, and the containers' own streams. */
export const terminals = {
  create: async (id: string, wanted: NewExec) =>
    (await call("POST", path("containers", id, "execs"), wanted)) as { id: string },
  execSocket: (id: string, exec: string, { rows, columns }: TerminalSize) =>
    `${path("containers", id, "execs", exec, "ws")}?rows=${rows}&columns=${columns}`,
  resizeExec: (id: string, exec: string, size: TerminalSize) =>
    call("POST", path("containers", id, "execs", exec, "resize"), size),
  attachSocket: (id: string) => `${path("containers", id, "attach", "ws")}?replay=true`,
  resize: (id: string, size: TerminalSize) => call("POST", path("containers", id, "resize"), size),
};

/** Files of containers. */
export const files = {
  list: async (id: string, directory: string) =>
    (await call(
      "GET",
      `${path("containers", id, "files")}?path=${encodeURIComponent(directory)}`,
    )) as Directory,
  content: (id: string, file: string) =>
    `${path("containers", id, "files", "content")}?path=${encodeURIComponent(file)}`,
  remove: (id: string, file: string) =>
    call("DELETE", `${path("containers", id, "files")}?path=${encodeURIComponent(file)}&recursive=true`),
};

/** Networks. */
export const networks = {
  list: async () => (await call("GET", path("networks"))) as Network[],
  create: async (wanted: NewNetwork) => (await call("POST", path("networks"), wanted)) as Network,
  remove: (id: string) => call("DELETE", path("networks", id)),
  prune: async () => (await call("POST", path("networks", "prune"))) as Network[],
  connect: (id: string, container: string, wanted: NewEndpoint) =>
    call("PUT", path("networks", id, "containers", container), wanted),
  disconnect: (id: string, container: string) =>
    call("DELETE", path("networks", id, "containers", container)),
  rules: async () => (await call("GET", path("networks", "rules"))) as Rule[],
};

/** Volumes. */
export const volumes = {
  list: async () => (await call("GET", path("volumes"))) as Volume[],
  get: async (id: string) => (await call("GET", path("volumes", id))) as Volume,
  size: async (id: string) => ((await call("GET", path("volumes", id, "size"))) as { bytes: number }).bytes,
  create: async (wanted: NewVolume) => (await call("POST", path("volumes"), wanted)) as Volume,
  rename: async (id: string, name: string) =>
    (await call("POST", path("volumes", id, "rename"), { name })) as Volume,
  clone: async (id: string, name: string) =>
    (await call("POST", path("volumes", id, "clone"), { name })) as Volume,
  remove: (id: string) => call("DELETE", path("volumes", id)),
  prune: async (all: boolean, preview: boolean) =>
    (await call(
      "POST",
      `${path("volumes", "prune")}?all=${String(all)}&preview=${String(preview)}`,
    )) as PrunedVolumes,
};

/** Images. */
export const images = {
  uploadPath: path("images"),
  list: async () => (await call("GET", path("images"))) as Image[],
  remove: (reference: string, force: boolean) =>
    call("DELETE", `${path("images", reference)}${force ? "?force=true" : ""}`),
  tag: (image: string, name: string) => call("POST", path("images", "tags"), { image, name }),
  prune: async (all: boolean, preview: boolean) =>
    (await call(
      "POST",
      `${path("images", "prune")}?all=${String(all)}&preview=${String(preview)}`,
    )) as PrunedImages,
};

/** Snapshots of containers. */
export const snapshots = {
  list: async () => (await call("GET", path("snapshots"))) as Snapshot[],
  copy: async (id: string, count: number, start: boolean) =>
    (await call("POST", path("snapshots", id, "copies"), { count, start })) as Container[],
  remove: (id: string) => call("DELETE", path("snapshots", id)),
};

/** Tokens for scripts. */
export const tokens = {
  list: async () => (await call("GET", path("tokens"))) as Token[],
  create: async (name: string, expiresInDays: number | null) =>
    (await call("POST", path("tokens"), { name, expiresInDays })) as Token & { secret: string },
  revoke: (id: string) => call("DELETE", path("tokens", id)),
};

/** The account of whoever is signed in. */
export const account = {
  changePassword: (currentPassword: string, newPassword: string) =>
    call("PUT", path("account", "password"), { currentPassword, newPassword }),
};
