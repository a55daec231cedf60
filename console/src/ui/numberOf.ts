/** What a number field gives as a number: while it is typed it may be a text. "" = nothing that is a number. Pure. */
export function numberOf(typed: number | string): number | "" {
  if (typeof typed === "number") return typed;
  const value = Number.parseFloat(typed.replace(/[\s\u202f\u00a0]/g, "").replace(",", "."));
  return Number.isNaN(value) ? "" : value;
}
