/** Whatever goes wrong in us is no trouble of the page's. */
export const guard =
  <Args extends readonly unknown[]>(run: (...args: Args) => unknown): ((...args: Args) => void) =>
  (...args) => {
    try {
      run(...args);
    } catch {
      // An ad less.
    }
  };

/** An element with attributes and children; texts are texts, and never become markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const key in attributes) element.setAttribute(key, `${attributes[key]}`);
  element.append(...children);
  return element;
}

/** Tells the page: `atelier:render`, `atelier:empty` and the like bubble up from the element. */
export function tell(target: EventTarget, event: string, detail: object): void {
  target.dispatchEvent(new CustomEvent(`atelier:${event}`, { bubbles: true, detail }));
}
