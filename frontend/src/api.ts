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
  autoRemove: boolean;
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
  create: async (wanted: NewContainer) => (await call("POST", path("containers"), wanted)) as Container,
  start: (id: string) => call("POST", path("containers", id, "start")),
  stop: (id: string) => call("POST", path("containers", id, "stop")),
  kill: (id: string) => call("POST", path("containers", id, "kill")),
  remove: (id: string) => call("DELETE", `${path("containers", id)}?force=true`),
  logStream: (id: string, tail: number) => `${path("containers", id, "logs", "stream")}?tail=${tail}`,
};

/** Images. */
export const images = {
  uploadPath: path("images"),
  list: async () => (await call("GET", path("images"))) as Image[],
  remove: (reference: string, force: boolean) =>
    call("DELETE", `${path("images", reference)}${force ? "?force=true" : ""}`),
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
