/** A category path and its ancestors, nearest first: "a/b/c" → ["a/b/c", "a/b", "a"]. A campaign on a parent matches its children. */
export function categoryAndAncestors(path: string): string[] {
  const lineage = [path];
  for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
    lineage.push(path.slice(0, cut));
  }
  return lineage;
}

/** The paths that remain when those below another path of the list are dropped: ["a", "a/b"] → ["a"]. */
export function topmostCategories(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter(
    (path) =>
      !categoryAndAncestors(path)
        .slice(1)
        .some((up) => all.has(up)),
  );
}
