/** A4 in points, and what is drawn on it. */
export const page = {
  height: 841.89,
  margin: 42,
  bottom: 52,
  width: 595.28 - 2 * 42,
} as const;

export const ink = {
  text: "#1b1f24",
  soft: "#59626d",
  accent: "#8a3b12",
  line: "#d5d9de",
} as const;

/** Where the columns of the table begin, and how wide they are. */
export const column = {
  what: { x: 42, width: 236 },
  units: { x: 286, width: 96 },
  price: { x: 386, width: 72 },
  amount: { x: 462, width: 91.28 },
  right: 42 + 511.28,
} as const;
