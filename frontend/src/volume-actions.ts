/** What can be done to a volume from its buttons, in the list and on its own page alike. */
import type { Volume } from "./api";
import { volumes } from "./api";
import { asked } from "./ask";
import { confirmed } from "./confirm";
import { shownName } from "./format";
import { attempt, notice } from "./notices";

/** Does what a button says; gives what the volume is after that, null when it is gone, and undefined when nothing was done. */
export async function actOn(action: string, volume: Volume): Promise<Volume | null | undefined> {
  const shown = shownName(volume.name);
  let after: Volume | null | undefined;
  switch (action) {
    case "rename": {
      const name = await asked(`Rename ${shown}`, "New name", volume.name, "Rename");
      if (name !== null && name !== volume.name) {
        await attempt(async () => {
          after = await volumes.rename(volume.id, name);
          notice(`${shown} is ${name} now. Containers that have it keep it.`);
        });
      }
      return after;
    }
    case "clone": {
      const name = await asked(`Clone ${shown}`, "Name of the copy", `${shown}-copy`, "Clone");
      if (name !== null) {
        await attempt(async () => {
          after = await volumes.clone(volume.id, name);
          notice(`${name} has the same files as ${shown}.`);
        });
      }
      return after;
    }
    case "remove":
      if (
        await confirmed(`Remove ${shown}?`, "With all that is in it. It cannot be brought back.", "Remove")
      ) {
        await attempt(async () => {
          await volumes.remove(volume.id);
          after = null;
          notice(`${shown} is removed.`);
        });
      }
      return after;
    default:
      return undefined;
  }
}

/** What holds a volume's files. */
export function keptIn({ options }: Volume): string {
  const type = options.type ?? "";
  if (Object.keys(options).length === 0) {
    return "directory";
  }
  return type === "" || type === "none" ? "host" : type;
}
