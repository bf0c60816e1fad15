/** One volume: how large it is and who has it. */
import type { Volume } from "../api";
import { volumes } from "../api";
import { all, localTimes, one, reconcile, setAttribute, setText, stamp } from "../dom";
import { bytes, shownName } from "../format";
import { Problem } from "../http";
import { live } from "../live";
import { announce, attempt } from "../notices";
import { actOn } from "../volume-actions";

/** The page at work. */
export function volumePage(): void {
  const head = one("#volume");
  const id = head.dataset.id ?? "";
  let known: Volume | null = null;

  const load = async (): Promise<void> => {
    try {
      known = await volumes.get(id);
      setText(head, "name", shownName(known.name));
      showUsers(known);
      document.body.dataset.ready = "true";
      setText(document, "size", bytes(await volumes.size(id)));
    } catch (error) {
      if (!(error instanceof Problem)) {
        throw error;
      }
      if (error.status === 404) {
        gone(head);
      }
    }
  };

  head.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]") : null;
    if (!button || !known) {
      return;
    }
    void actOn(button.dataset.action ?? "", known).then((after) => {
      if (after === null) {
        location.assign("/ui/volumes");
      } else if (after && after.id !== id) {
        location.assign(`/ui/volumes/${encodeURIComponent(after.name)}`);
      } else if (after) {
        history.replaceState(null, "", `/ui/volumes/${encodeURIComponent(after.name)}`);
        void attempt(load);
      }
    });
  });
  localTimes();
  live(["volume", "container"], load);
}

function showUsers({ users }: Volume): void {
  reconcile(
    one("#users"),
    users,
    (user) => user.id,
    () => stamp("user-row"),
    (row, user) => {
      setAttribute(one(".state", row), "data-kind", user.running ? "running" : "ended");
      setText(row, "state", user.running ? "Running" : "Stopped");
      setText(row, "name", user.name);
      setAttribute(one("[data-row-link]", row), "href", `/ui/containers/${user.id}`);
    },
  );
  one("#user-table").hidden = users.length === 0;
  one("#no-users").hidden = users.length > 0;
}

/** The volume was removed while its page was open. */
function gone(head: HTMLElement): void {
  one("#volume-gone").hidden = false;
  for (const button of all("[data-action]", head)) {
    button.hidden = true;
  }
  announce("This volume has been removed");
}
