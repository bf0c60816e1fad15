/**
 * For a library that styles what it makes by text: in `style` elements and in `style` attributes of spans, both of which the pages' content
 * policy forbids. The same text goes through the object model, which the policy allows.
 */

/** Does work during which style elements that are made are sheets of the page. */
export function withStyledSheets(work: () => void): void {
  const value = (tag: string): HTMLElement => (tag === "style" ? sheet() : made(tag));
  Object.defineProperty(document, "createElement", { configurable: true, value });
  try {
    work();
  } finally {
    Reflect.deleteProperty(document, "createElement");
  }
}

function made(tag: string): HTMLElement {
  return document.createElementNS("http://www.w3.org/1999/xhtml", tag);
}

/** An element that stands for a style sheet: its text is the sheet's, and the sheet goes with it. */
function sheet(): HTMLElement {
  const rules = new CSSStyleSheet();
  document.adoptedStyleSheets.push(rules);
  const standIn = made("template");
  Object.defineProperty(standIn, "textContent", {
    set: (text: string) => {
      rules.replaceSync(text);
    },
  });
  standIn.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== rules);
    Element.prototype.remove.call(standIn);
  };
  return standIn;
}

/** From now on the page's spans take text for their style. */
export function styleSpansByText(): void {
  Object.defineProperty(HTMLSpanElement.prototype, "setAttribute", {
    configurable: true,
    value(this: HTMLSpanElement, name: string, text: string) {
      if (name === "style") {
        this.style.cssText = text;
      } else {
        Element.prototype.setAttribute.call(this, name, text);
      }
    },
  });
}
