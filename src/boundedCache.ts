/** A map that forgets: it keeps between `limit` and twice `limit` entries, the recently used ones. */
export interface BoundedCache<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
  readonly entries: () => readonly (readonly [string, V])[];
}

/** Two generations: when the young one is full it becomes the old one, and the old one is dropped. A hit costs one or two look-ups. */
export function createBoundedCache<V>(limit: number): BoundedCache<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const set = (key: string, value: V): void => {
    young.set(key, value);
    if (young.size < limit) return;
    old = young;
    young = new Map();
  };
  const get = (key: string): V | undefined => {
    const value = young.get(key);
    if (value !== undefined) return value;
    const aged = old.get(key);
    if (aged !== undefined) set(key, aged);
    return aged;
  };
  return {
    get,
    set,
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    entries: () => [...new Map([...old, ...young])],
  };
}
