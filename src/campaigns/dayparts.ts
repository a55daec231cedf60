/** Hours of some days of the week in the zone's own local time: weekday 1 is Monday; from 9 to 12 is 9:00 to 11:59. */
export interface Daypart {
  readonly weekdays: readonly number[];
  readonly fromHour: number;
  readonly toHour: number;
}

/** Dayparts to hours of the week (0 = Monday 00:00 to 167 = Sunday 23:00), ascending; none or all hours = null (always). */
export function daypartsToHoursOfWeek(dayparts: readonly Daypart[]): readonly number[] | null {
  const hours = new Set<number>();
  for (const { weekdays, fromHour, toHour } of dayparts) {
    for (const weekday of weekdays) {
      for (let hour = fromHour; hour < toHour; hour += 1) hours.add((weekday - 1) * 24 + hour);
    }
  }
  if (hours.size === 0 || hours.size === 168) return null;
  return [...hours].sort((a, b) => a - b);
}
