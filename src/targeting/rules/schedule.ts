import { sceneHour } from "../scene.ts";
import { listLength } from "../segment/ragged.ts";
import { runsAtHour } from "../segment/schedule.ts";
import { campaignStatuses } from "../segment/segment.ts";
import type { Rule } from "./rule.ts";

/** Only active campaigns show. */
export const statusRule: Rule = {
  name: "status",
  passes: ({ segment }, position) => segment.statuses[position] === 0,
  figures: ({ segment }, position) => ({ status: campaignStatuses[segment.statuses[position]!]! }),
};

/** A campaign without a creative has nothing to show. */
export const creativeRule: Rule = {
  name: "no_creative",
  passes: ({ segment }, position) => listLength(segment.shapes.byCampaign, position) > 0,
  figures: () => ({ creatives: 0 }),
};

/** From its start on, until just before its end. */
export const datesRule: Rule = {
  name: "dates",
  passes: ({ segment: { schedule }, request: { nowMs } }, position) =>
    nowMs >= schedule.startsAtMs[position]! && nowMs < schedule.endsAtMs[position]!,
  figures: ({ segment: { schedule }, request: { nowMs } }, position) => {
    const endsAtMs = schedule.endsAtMs[position]!;
    return {
      nowMs,
      startsAtMs: schedule.startsAtMs[position]!,
      endsAtMs: endsAtMs === Infinity ? null : endsAtMs,
    };
  },
};

/** Only at its hours of the week, on the clocks of its zone. */
export const daypartRule: Rule = {
  name: "daypart",
  passes: (scene, position) => {
    const { schedule } = scene.segment;
    return (
      schedule.weekIds[position] === 0 || runsAtHour(schedule, position, sceneHour(scene, position))
    );
  },
  figures: (scene, position) => {
    const { timeZoneIds, timeZones } = scene.segment.schedule;
    return {
      hourOfWeek: sceneHour(scene, position),
      timeZone: timeZones[timeZoneIds[position]!]!,
    };
  },
};
