/** The name of the list that is the fewest letters away from `name`. The list must not be empty. */
export function nearestName(
  name: string,
  known: readonly string[],
): { readonly name: string; readonly distance: number } {
  const ranked = known.map((candidate) => ({
    name: candidate,
    distance: editDistance(name, candidate),
  }));
  return ranked.reduce((best, one) => (one.distance < best.distance ? one : best));
}

/** Levenshtein's distance: how many letters to add, drop or change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
