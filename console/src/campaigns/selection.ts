/** Which campaigns are ticked, and where a range begins that Shift ends. */
export interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly anchorId: number | null;
}

export const nothingSelected: Selection = { ids: new Set(), anchorId: null };

/** A click on a row's box; with Shift all between the last one and this become what the last one became. Pure. */
export function toggled(
  selection: Selection,
  campaignId: number,
  isRange: boolean,
  shownIds: readonly number[],
): Selection {
  const ids = new Set(selection.ids);
  const { anchorId } = selection;
  if (isRange && anchorId !== null && anchorId !== campaignId) {
    const from = shownIds.indexOf(anchorId);
    const to = shownIds.indexOf(campaignId);
    if (from >= 0 && to >= 0) {
      const isTicked = ids.has(anchorId);
      for (const id of shownIds.slice(Math.min(from, to), Math.max(from, to) + 1))
        if (isTicked) ids.add(id);
        else ids.delete(id);
      return { ids, anchorId: campaignId };
    }
  }
  if (ids.has(campaignId)) ids.delete(campaignId);
  else ids.add(campaignId);
  return { ids, anchorId: campaignId };
}

/** Ticks all that is shown, or none of it when all is. What is not shown stays as it is. Pure. */
export function toggledAll(selection: Selection, shownIds: readonly number[]): Selection {
  const ids = new Set(selection.ids);
  if (tickOf(selection, shownIds) === "all") for (const id of shownIds) ids.delete(id);
  else for (const id of shownIds) ids.add(id);
  return { ids, anchorId: null };
}

/** What the box of all shows. Pure. */
export function tickOf({ ids }: Selection, shownIds: readonly number[]): "all" | "some" | "none" {
  if (shownIds.length === 0 || ids.size === 0) return "none";
  const ticked = shownIds.reduce((count, id) => count + (ids.has(id) ? 1 : 0), 0);
  if (ticked === shownIds.length) return "all";
  return ticked > 0 ? "some" : "none";
}
