type Counted = (count: string) => string;

const by =
  (isOne: (count: string) => boolean) =>
  (one: string, many: string): Counted =>
  (count) =>
    (isOne(count) ? one : many).replace("#", count);

/** A French sentence about a count, which it takes as it is written; nought and one are singular: `countedFr("# clic", "# clics")`. */
export const countedFr = by((count) => count === "0" || count === "1");

/** The same in English, where one alone is singular. */
export const countedEn = by((count) => count === "1");
