/** Joins containers and networks and parts them, from a container's page and a network's alike. */
import type { NewEndpoint } from "./api";
import { networks } from "./api";
import { confirmed } from "./confirm";
import { one } from "./dom";
import { FieldError, onSubmit, typed } from "./field-errors";
import type { Problem } from "./http";
import { attempt, notice } from "./notices";
import { splitNames } from "./words";

/** A choice of the form: what can be joined. */
export interface Choice {
  id: string;
  name: string;
}

/** The form that joins what the page is about with what is chosen in it. */
export class ConnectForm {
  private readonly form = one<HTMLFormElement>("#connect");
  private readonly select = one<HTMLSelectElement>("select", this.form);

  /** @param join joins the page's own with the one that has this id */
  constructor(join: (id: string, wanted: NewEndpoint) => Promise<unknown>, joined: () => Promise<void>) {
    onSubmit(
      this.form,
      async (data) => {
        const chosen = typed(data, "other");
        if (chosen === "") {
          throw new FieldError("other", "Choose one.");
        }
        const name = this.select.selectedOptions[0]?.text ?? chosen;
        await join(chosen, wantedPlace(data));
        this.form.reset();
        notice(`${name} is connected.`);
        await joined();
      },
      blamed,
    );
  }

  /** Offers these; what is chosen stays so while it is among them. */
  offer(choices: readonly Choice[]): void {
    const offered = choices.map(({ id }) => id).join();
    if (this.select.dataset.offered !== offered) {
      const chosen = this.select.value;
      this.select.dataset.offered = offered;
      this.select.replaceChildren(
        ...choices.map(({ id, name }) => new Option(name, id, false, id === chosen)),
      );
    }
    this.form.hidden = choices.length === 0;
  }
}

/** What the form asks for on the network. */
export function wantedPlace(data: FormData): NewEndpoint {
  const wanted: NewEndpoint = {};
  const aliases = splitNames(typed(data, "aliases"));
  if (aliases.length > 0) {
    wanted.aliases = aliases;
  }
  const address = typed(data, "address");
  if (address !== "") {
    if (!/^[0-9a-fA-F:.]+$/.test(address)) {
      throw new FieldError("address", "Type an address such as 172.18.0.10.");
    }
    wanted[address.includes(":") ? "ipv6" : "ipv4"] = address;
  }
  return wanted;
}

/** The field that a sentence of the engine speaks of. */
export function blamed(problem: Pick<Problem, "message">): string {
  if (/address|subnet/i.test(problem.message)) {
    return "address";
  }
  return /alias/i.test(problem.message) ? "aliases" : "other";
}

/** Asks and takes a container off a network; true when that was done. */
export async function disconnect(
  network: Choice,
  container: Choice & { running: boolean },
): Promise<boolean> {
  const agreed = await confirmed(
    `Disconnect ${container.name} from ${network.name}?`,
    container.running
      ? "Its connections over this network break off at once."
      : "It will not be on this network when it starts.",
    "Disconnect",
  );
  return (
    agreed &&
    (await attempt(async () => {
      await networks.disconnect(network.id, container.id);
      notice(`${container.name} is no longer on ${network.name}.`);
    }))
  );
}
