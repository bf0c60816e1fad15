/**
 * The page's document for a library that styles what it makes by text: in `style` elements and attributes, both of which the pages' content
 * policy forbids. The same text goes through the object model, which it allows.
 */

/** A document like this one, whose new elements can be styled by text. */
export function styledDocument(): Document {
  return new Proxy(document, {
    get(target, property) {
      if (property === "createElement") {
        return (tag: string): HTMLElement => (tag === "style" ? sheet() : styled(tag));
      }
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/**
 * Does work during which the page's own document, too, makes style sheets of elements: xterm.js asks it for one of them, whatever document
 * it was given.
 */
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
  return document.createElementNS<"div">("http://www.w3.org/1999/xhtml", tag as "div");
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

function styled(tag: string): HTMLElement {
  const element = made(tag);
  element.setAttribute = (name: string, value: string): void => {
    if (name === "style") {
      element.style.cssText = value;
    } else {
      Element.prototype.setAttribute.call(element, name, value);
    }
  };
  return element;
}
