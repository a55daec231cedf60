import { createHash } from "node:crypto";
import type { ServingEvent } from "../../serving/ports.ts";
import { packLimits } from "./packedRecord.ts";

/** Lines that go into one record. */
export interface Group {
  readonly lane: number;
  readonly lines: string[];
  bytes: number;
}

export interface LaneBuffer {
  /** False = it has no room for the line, or the line is too long for any record. */
  readonly add: (event: ServingEvent, line: string) => boolean;
  /** Whether as much waits as is worth a request. */
  readonly isPressing: () => boolean;
  /** All that waits. It goes on taking room until it is freed. */
  readonly take: () => readonly Group[];
  readonly free: (groups: readonly Group[]) => void;
  readonly bytes: () => number;
}

const pressingGroups = 12;

/** Lines of events that wait for others of their lane, within `maxBytes`. */
export function createLaneBuffer(lanes: number, maxBytes: number): LaneBuffer {
  let open = new Map<number, Group>();
  let full: Group[] = [];
  let buffered = 0;
  const groupFor = (lane: number, bytes: number): Group => {
    const present = open.get(lane);
    if (present !== undefined && hasRoom(present, bytes)) return present;
    if (present !== undefined) full.push(present);
    const group: Group = { lane, lines: [], bytes: 0 };
    open.set(lane, group);
    return group;
  };
  return {
    add(event, line) {
      const bytes = Buffer.byteLength(line) + 1;
      if (bytes > packLimits.bytes || buffered + bytes > maxBytes) return false;
      const group = groupFor(laneOf(event, lanes), bytes);
      group.lines.push(line);
      group.bytes += bytes;
      buffered += bytes;
      return true;
    },
    isPressing: () => full.length >= pressingGroups,
    take() {
      const groups = [...full, ...open.values()];
      open = new Map();
      full = [];
      return groups;
    },
    free(groups) {
      for (const { bytes } of groups) buffered -= bytes;
    },
    bytes: () => buffered,
  };
}

function hasRoom({ lines, bytes }: Group, more: number): boolean {
  return lines.length < packLimits.events && bytes + more <= packLimits.bytes;
}

/** The middle of a lane's part of all hash keys: as many lanes as shards fill them evenly. */
export function hashKeyOf(lane: number, lanes: number): string {
  return String(((2n * BigInt(lane) + 1n) << 127n) / BigInt(lanes));
}

/** Events of one visitor go the same way; others by their own id. */
export function laneOf({ eventId, payload }: ServingEvent, lanes: number): number {
  const { visitorKey } = payload;
  const name = typeof visitorKey === "string" ? visitorKey : eventId;
  return createHash("md5").update(name).digest().readUInt32BE(0) % lanes;
}
