/** Elements of drawings. The page's content policy allows no inline styles: colours come from classes, places from attributes. */

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing with attributes and children. */
export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}
