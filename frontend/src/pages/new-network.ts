/** The form that creates a network, with the same told as a command for the terminal. */
import type { NewNetwork } from "../api";
import { networks } from "../api";
import { copyText, one } from "../dom";
import { FieldError, onSubmit, typed } from "../field-errors";
import { joinWords, parseLabels, TypingError } from "../words";

/** The form at work. */
export function newNetworkPage(): void {
  const form = one<HTMLFormElement>("#create-network");
  const preview = (): void => {
    const data = new FormData(form);
    one("#parent-field").hidden = typed(data, "driver") !== "macvlan";
    if (typed(data, "name") === "") {
      data.set("name", "NAME");
    }
    try {
      one("#same-command").textContent = dockerCommand(wantedNetwork(data));
    } catch (error) {
      if (!(error instanceof FieldError)) {
        throw error;
      }
    }
  };
  form.addEventListener("input", preview);
  onSubmit(
    form,
    async (data) => {
      const network = await networks.create(wantedNetwork(data));
      location.assign(`/ui/networks/${network.id}`);
    },
    (problem) => (problem.field === "" ? blamedField(problem.message) : problem.field),
  );
  one("#copy-command").addEventListener("click", (event) => {
    void copyText(event.currentTarget as HTMLElement, one("#same-command"));
  });
  preview();
}

/** The field that a sentence of the engine speaks of. */
export function blamedField(message: string): string {
  const signs: [RegExp, string][] = [
    [/already exists|network name|invalid name/i, "name"],
    [/parent/i, "parent"],
    [/gateway/i, "gateway"],
    [/range/i, "range"],
    [/ipv6/i, "subnet6"],
    [/subnet|pool|overlap|address/i, "subnet"],
    [/driver|plugin/i, "driver"],
    [/label/i, "labels"],
  ];
  return signs.find(([sign]) => sign.test(message))?.[1] ?? "";
}

/** What the form asks for. */
export function wantedNetwork(data: FormData): NewNetwork {
  const name = typed(data, "name");
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    throw new FieldError(
      "name",
      name === ""
        ? "Name the network."
        : "Use letters, digits, “_”, “.” or “-”, beginning with a letter or a digit.",
    );
  }
  const wanted: NewNetwork = { name };
  const driver = typed(data, "driver");
  if (driver !== "" && driver !== "bridge") {
    wanted.driver = driver;
  }
  for (const part of ["subnet", "range", "subnet6"] as const) {
    const value = typed(data, part);
    if (value !== "") {
      if (!/^[0-9a-fA-F:.]+\/\d{1,3}$/.test(value)) {
        throw new FieldError(part, "Type an address with the length of its prefix, such as 172.30.0.0/24.");
      }
      wanted[part] = value;
    }
  }
  if (typed(data, "gateway") !== "") {
    wanted.gateway = typed(data, "gateway");
  }
  if ((wanted.gateway ?? wanted.range) !== undefined && wanted.subnet === undefined) {
    throw new FieldError("subnet", "A gateway or a range needs its subnet: type it here.");
  }
  if (driver === "macvlan" && typed(data, "parent") !== "") {
    wanted.parent = typed(data, "parent");
  }
  for (const part of ["internal", "isolated", "ipv6"] as const) {
    if (data.has(part)) {
      wanted[part] = true;
    }
  }
  try {
    const labels = parseLabels(typed(data, "labels"));
    if (Object.keys(labels).length > 0) {
      wanted.labels = labels;
    }
  } catch (error) {
    throw error instanceof TypingError ? new FieldError("labels", error.message) : error;
  }
  return wanted;
}

/** The same as a command line of the docker CLI. */
export function dockerCommand(wanted: NewNetwork): string {
  const words = ["docker", "network", "create"];
  const option = (name: string, value: string | undefined): void => {
    if (value !== undefined) {
      words.push(name, value);
    }
  };
  option("--driver", wanted.driver);
  option("--subnet", wanted.subnet);
  option("--gateway", wanted.gateway);
  option("--ip-range", wanted.range);
  if (wanted.ipv6 === true || wanted.subnet6 !== undefined) {
    words.push("--ipv6");
  }
  option("--subnet", wanted.subnet6);
  if (wanted.internal) {
    words.push("--internal");
  }
  if (wanted.isolated) {
    option("-o", "com.docker.network.bridge.enable_icc=false");
  }
  option("-o", wanted.parent === undefined ? undefined : `parent=${wanted.parent}`);
  for (const [name, value] of Object.entries(wanted.labels ?? {})) {
    option("--label", value === "" ? name : `${name}=${value}`);
  }
  return joinWords([...words, wanted.name]);
}
