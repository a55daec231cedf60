/** Gives every distinct text a small integer, in order of first sight, so that columns hold integers. */
export interface Interner {
  idOf(text: string): number;
  readonly ids: ReadonlyMap<string, number>;
  readonly texts: readonly string[];
}

export function createInterner(): Interner {
  const ids = new Map<string, number>();
  const texts: string[] = [];
  let lastId = -1;
  return {
    idOf(text) {
      if (texts[lastId] === text) return lastId; // in many columns nearly all texts are alike
      const known = ids.get(text);
      lastId = known ?? texts.length;
      if (known === undefined) {
        ids.set(text, lastId);
        texts.push(text);
      }
      return lastId;
    },
    ids,
    texts,
  };
}
