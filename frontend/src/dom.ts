/** Small hands for the page: finding, filling and keeping lists of elements in step with data. */
import { drawn } from "./svg";

/** The element that must be there; the templates promise it. */
export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) {
    throw new Error(`the page has no ${selector}`);
  }
  return found;
}

/** All elements that match. */
export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

/** An element with attributes, properties of text, and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** An icon from the sprite. */
export function icon(name: string): SVGElement {
  return drawn(
    "svg",
    { class: "icon", "aria-hidden": "true" },
    drawn("use", { href: `/assets/icons.svg#${name}` }),
  );
}

/** A fresh copy of the first element in a template of the page. */
export function stamp(templateId: string): HTMLElement {
  const copy = one<HTMLTemplateElement>(`#${templateId}`).content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) {
    throw new Error(`the template ${templateId} is empty`);
  }
  return copy;
}

/** Sets the text of the part with this name, touching the page only when it differs. */
export function setText(within: ParentNode, part: string, text: string): void {
  const target = one(`[data-part="${part}"]`, within);
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/** Sets or removes an attribute, touching the page only when it differs. */
export function setAttribute(target: Element, name: string, value: string | null): void {
  if (target.getAttribute(name) !== value) {
    if (value === null) {
      target.removeAttribute(name);
    } else {
      target.setAttribute(name, value);
    }
  }
}

/**
 * Makes a parent's children match the items, by their key in `data-id`: keeps and moves what is there, makes what is new, removes
 * what is gone. Focus stays where it is.
 */
export function reconcile<T>(
  parent: Element,
  items: readonly T[],
  key: (item: T) => string,
  make: (item: T) => HTMLElement,
  fill: (row: HTMLElement, item: T) => void,
): void {
  const known = new Map<string, HTMLElement>();
  for (const child of parent.children) {
    if (child instanceof HTMLElement && child.dataset.id !== undefined) {
      known.set(child.dataset.id, child);
    }
  }
  const wanted = new Set(items.map(key));
  let place: Element | null = parent.firstElementChild;
  for (const item of items) {
    const id = key(item);
    let row = known.get(id);
    known.delete(id);
    if (!row) {
      row = make(item);
      row.dataset.id = id;
    }
    fill(row, item);
    while (place instanceof HTMLElement && place !== row && !wanted.has(place.dataset.id ?? "")) {
      const gone = place;
      place = place.nextElementSibling;
      gone.remove();
    }
    if (place === row) {
      place = row.nextElementSibling;
    } else {
      parent.insertBefore(row, place);
    }
  }
  for (const gone of known.values()) {
    gone.remove();
  }
}

/**
 * Puts an element's text on the clipboard and says so on the button for a moment. Where the browser denies pages the clipboard (it does on
 * plain HTTP from another machine), selects the text instead.
 */
export async function copyText(button: HTMLElement, source: HTMLElement): Promise<void> {
  let told = "Copied";
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    getSelection()?.selectAllChildren(source);
    told = "Selected";
  }
  const label = one("[data-part=label]", button);
  const before = label.textContent;
  label.textContent = told;
  setTimeout(() => {
    label.textContent = before;
  }, 1500);
}

/** Makes every time in the page local to its reader; the server sends them in UTC. */
export function localTimes(): void {
  for (const time of all<HTMLTimeElement>("time[datetime]")) {
    time.textContent = moment(time.dateTime);
  }
}

/** A moment as its reader writes dates and times. */
export function moment(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}
