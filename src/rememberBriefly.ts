import { createBoundedCache } from "./boundedCache.ts";

export interface RememberOptions<V> {
  /** How long an answer counts, milliseconds from when it was asked for; 0 = it is asked for each time. */
  readonly lifeMsOf: (value: V) => number;
  /** The longest of these lives. */
  readonly longestMs: number;
  /** About how many answers are kept at once. */
  readonly most: number;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

/** Asks a store less often: who asks for the same at the same time shares an answer, and failures are not remembered. */
export function rememberBriefly<V>(
  find: (key: string) => Promise<V>,
  { lifeMsOf, longestMs, most, monotonicMs }: RememberOptions<V>,
): (key: string) => Promise<V> {
  const asked = createBoundedCache<{ readonly atMs: number; readonly answer: Promise<V> }>(most);
  return async (key) => {
    const nowMs = monotonicMs();
    const known = asked.get(key);
    if (known !== undefined && nowMs - known.atMs < longestMs) {
      const value = await known.answer;
      if (nowMs - known.atMs < lifeMsOf(value)) return value;
    }
    const answer = find(key);
    asked.set(key, { atMs: nowMs, answer });
    answer.catch(() => asked.set(key, { atMs: Number.NEGATIVE_INFINITY, answer }));
    return answer;
  };
}
