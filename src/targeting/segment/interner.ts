/** Gives every distinct text a small integer, in order of first sight, so that columns hold integers. */
export interface Interner {
  idOf(text: string): number;
  readonly ids: ReadonlyMap<string, number>;
  readonly texts: readonly string[];
}

export function createInterner(): Interner {
  const ids = new Map<string, number>();
  const texts: string[] = [];
  return {
    idOf(text) {
      const known = ids.get(text);
      if (known !== undefined) return known;
      ids.set(text, texts.length);
      texts.push(text);
      return texts.length - 1;
    },
    ids,
    texts,
  };
}
