/**
 * The chance that somebody who came on `activeDays` of the `windowDays` observed is met within `days` of such days, when
 * each active day meets with `chance`: the species accumulation curve, exact for `chance` 1 and days like those observed.
 * Of a longer period than the window only who was seen in it is known: see `growthBeyond`.
 */
export function seenShare(
  activeDays: number,
  windowDays: number,
  days: number,
  chance: number,
): number {
  if (days <= windowDays) return 1 - missedShare(activeDays, windowDays, days, chance);
  return 1 - missedShare(activeDays, windowDays, windowDays, chance) ** (days / windowDays);
}

function missedShare(active: number, windowDays: number, days: number, chance: number): number {
  let missed = 1;
  for (let day = 0; day < active; day++)
    missed *= 1 - chance * Math.min(1, days / (windowDays - day));
  return Math.max(0, missed);
}

/** How many more come to be met in a longer period than was observed, as a factor ≥ 1: the last doubling's growth goes on, halved. */
export function growthBeyond(
  half: number,
  whole: number,
  days: number,
  windowDays: number,
): number {
  if (days <= windowDays || half <= 0) return 1;
  const slope = Math.max(0, Math.min(1, Math.log2(whole / half)));
  return (days / windowDays) ** (slope / 2);
}
