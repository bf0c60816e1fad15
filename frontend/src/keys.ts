/** Shortcuts. Plain letters only, never while something is being typed; the page's dialog tells them all. */
import { all, one } from "./dom";
import { toggleTheme } from "./theme";

const PLACES: Record<string, string> = {
  c: "/ui/containers",
  i: "/ui/images",
  n: "/ui/networks",
  t: "/ui/tokens",
};
const SEQUENCE_MILLIS = 1200;

let gPressed = 0;

/** Listens for shortcuts. */
export function keys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-keys=own]")) {
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.target instanceof HTMLElement && isTypedInto(event.target)) {
      if (event.key === "Escape") {
        event.target.blur();
      }
      return;
    }
    if (act(event.key)) {
      event.preventDefault();
    }
  });
  one("#help").addEventListener("click", showHelp);
}

function isTypedInto(target: HTMLElement): boolean {
  return (
    target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select")
  );
}

function act(key: string): boolean {
  const place = PLACES[key];
  if (place !== undefined && Date.now() - gPressed < SEQUENCE_MILLIS) {
    location.assign(place);
    return true;
  }
  switch (key) {
    case "g":
      gPressed = Date.now();
      return true;
    case "?":
      showHelp();
      return true;
    case "d":
      toggleTheme();
      return true;
    case "n":
      return follow("[data-key=n]");
    case "/":
      return focusOn("[data-key='/']");
    case "j":
      return moveRow(1);
    case "k":
      return moveRow(-1);
    default:
      return false;
  }
}

function showHelp(): void {
  one<HTMLDialogElement>("#shortcuts").showModal();
}

function follow(selector: string): boolean {
  const target = document.querySelector<HTMLElement>(selector);
  target?.click();
  return target !== null;
}

function focusOn(selector: string): boolean {
  const target = document.querySelector<HTMLElement>(selector);
  target?.focus();
  return target !== null;
}

/** Moves the focus to the link of the next or previous row. */
function moveRow(step: number): boolean {
  const links = all("[data-row-link]").filter((link) => link.offsetParent !== null);
  const current = document.activeElement?.closest("[data-id]")?.querySelector<HTMLElement>("[data-row-link]");
  const at = current ? links.indexOf(current) + step : step > 0 ? 0 : links.length - 1;
  links[Math.min(Math.max(at, 0), links.length - 1)]?.focus();
  return links.length > 0;
}
