import { sceneHour } from "../scene.ts";
import { endsAtMsAt, startsAtMsAt, traits } from "../segment/heads.ts";
import { listLength } from "../segment/ragged.ts";
import { runsAtHour } from "../segment/schedule.ts";
import { campaignStatuses } from "../segment/segment.ts";
import type { Rule } from "./rule.ts";

/** Only active campaigns show. */
export const statusRule: Rule = {
  name: "status",
  traits: traits.inactive,
  passes: ({ segment }, position) => segment.statuses[position] === 0,
  figures: ({ segment }, position) => ({ status: campaignStatuses[segment.statuses[position]!]! }),
};

/** A campaign without a creative has nothing to show. */
export const creativeRule: Rule = {
  name: "no_creative",
  traits: traits.withoutCreative,
  passes: ({ segment }, position) => listLength(segment.shapes.byCampaign, position) > 0,
  figures: () => ({ creatives: 0 }),
};

/** From its start on, until just before its end. */
export const datesRule: Rule = {
  name: "dates",
  traits: 0,
  passes: ({ segment: { heads }, request: { nowMs } }, position) =>
    nowMs >= startsAtMsAt(heads, position) && nowMs < endsAtMsAt(heads, position),
  figures: ({ segment: { heads }, request: { nowMs } }, position) => {
    const endsAtMs = endsAtMsAt(heads, position);
    return {
      nowMs,
      startsAtMs: startsAtMsAt(heads, position),
      endsAtMs: endsAtMs === Infinity ? null : endsAtMs,
    };
  },
};

/** Only at its hours of the week, on the clocks of its zone. */
export const daypartRule: Rule = {
  name: "daypart",
  traits: traits.hours,
  passes: (scene, position) =>
    runsAtHour(scene.segment.schedule, position, sceneHour(scene, position)),
  figures: (scene, position) => {
    const { timeZoneIds, timeZones } = scene.segment.schedule;
    return {
      hourOfWeek: sceneHour(scene, position),
      timeZone: timeZones[timeZoneIds[position]!]!,
    };
  },
};
