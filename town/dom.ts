type Child = Node | string | null;

/** An element with attributes and children. Texts are texts. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

export const isEnglish = document.documentElement.lang === "en";
export const locale = isEnglish ? "en-GB" : "fr-FR";

const euros = new Intl.NumberFormat(locale, {
  style: "currency",
  currency: "EUR",
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});
const cents = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
/** Micros of a euro; what is less than some cents has four digits. */
export const money = (micros: number): string =>
  (micros >= 100_000 ? cents : euros).format(micros / 1_000_000);

const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
export const number = (value: number): string => numbers.format(value);
