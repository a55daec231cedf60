import type { ServableCampaign } from "../types.ts";
import { createInterner } from "./interner.ts";

const hoursInWeek = 168;
const bytesPerWeek = hoursInWeek / 8;

/** At which hours campaigns run. Few distinct weeks and time zones exist, so campaigns point to them by number. */
export interface ScheduleColumns {
  /** 0 = every hour, else 1 + the number of a week in `weekBits`. */
  readonly weekIds: Uint16Array | Uint32Array;
  /** 168 bits a week, bit h = hour h of the week. */
  readonly weekBits: Uint8Array;
  readonly timeZoneIds: Uint8Array | Uint16Array;
  readonly timeZones: readonly string[];
}

export interface ScheduleBuilder {
  add(campaign: ServableCampaign, position: number): void;
  finish(): ScheduleColumns;
}

export function createScheduleBuilder(count: number): ScheduleBuilder {
  const weeks = createInterner();
  const timeZones = createInterner();
  const weekIds = new Uint32Array(count);
  const timeZoneIds = new Uint16Array(count);
  return {
    add({ hoursOfWeek, zone }, position) {
      weekIds[position] = hoursOfWeek === null ? 0 : 1 + weeks.idOf(hoursOfWeek.join());
      timeZoneIds[position] = timeZones.idOf(zone.timeZone);
    },
    finish: () => ({
      weekIds: weeks.texts.length < 0xffff ? Uint16Array.from(weekIds) : weekIds,
      weekBits: packWeeks(weeks.texts),
      timeZoneIds: timeZones.texts.length <= 0xff ? Uint8Array.from(timeZoneIds) : timeZoneIds,
      timeZones: timeZones.texts,
    }),
  };
}

function packWeeks(weeks: readonly string[]): Uint8Array {
  const bits = new Uint8Array(weeks.length * bytesPerWeek);
  weeks.forEach((week, position) => {
    if (week === "") return;
    for (const hour of week.split(",").map(Number)) {
      bits[position * bytesPerWeek + (hour >> 3)]! |= 1 << (hour & 7);
    }
  });
  return bits;
}

/** True when campaign `position` runs at this hour of the week (of its own time zone). */
export function runsAtHour(schedule: ScheduleColumns, position: number, hour: number): boolean {
  const week = schedule.weekIds[position]!;
  if (week === 0) return true;
  return (schedule.weekBits[(week - 1) * bytesPerWeek + (hour >> 3)]! & (1 << (hour & 7))) !== 0;
}
