/**
 * The packed memory of what one visitor was shown lately, kept in Redis under {@link visitorCapsKey}: one format byte,
 * then 18 bytes an entry, little-endian: campaign u32, advertiser u32, decision time u48 (ms), pending u16 (seconds after
 * which an unconfirmed hold no longer counts; 0 = confirmed), needed u16 (minutes for which the campaign's own caps need
 * it; 0 = it has none). The Lua scripts of `stores/redis` edit the same bytes: change both or neither.
 */
export interface LoggedImpression {
  readonly campaignId: number;
  readonly advertiserId: number;
  /** When the decision was taken, ms since 1970. */
  readonly timeMs: number;
  /** 0 = shown for sure; else the hold lapses this many seconds after `timeMs` (at most 65,535) and then counts no more. */
  readonly pendingSeconds: number;
  /** The longest window of the campaign's caps, minutes (at most 43,200 = 30 days); 0 = none. The first to go when the log is full. */
  readonly neededMinutes: number;
}

export const impressionLogFormat = 1;
export const impressionEntryBytes = 18;
/** 4 KB: a full log drops what no cap needs, and refuses capped campaigns rather than forget what one needs. */
export const maxLoggedImpressions = 227;
/** The longest window of a cap. */
export const impressionLogMaxAgeMs = 30 * 24 * 3_600_000;

/** The key of a visitor's impression log; the tag keeps it in one cluster slot with the visitor's other keys. */
export function visitorCapsKey(visitorKey: string): string {
  return `{v:${visitorKey}}:c`;
}

/** Impression times (ms, ascending) by cap key: "c12" for campaign 12, "a7" for advertiser 7. */
export type ImpressionTimes = ReadonlyMap<string, readonly number[]>;

const noImpressions: ImpressionTimes = new Map();

/** The impressions that count at `nowMs` (lapsed holds and those older than 30 days do not). Junk reads as none; never throws. */
export function decodeImpressions(log: Uint8Array | null, nowMs: number): ImpressionTimes {
  if (log === null || !isLog(log)) return noImpressions;
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const end = endOf(log);
  let times: Map<string, number[]> | null = null;
  // Read in place: most of a log is often lapsed, and every page reads one.
  for (let at = 1; at + impressionEntryBytes <= end; at += impressionEntryBytes) {
    const timeMs = timeAt(view, at);
    const pendingSeconds = view.getUint16(at + 14, true);
    if (pendingSeconds > 0 && timeMs + pendingSeconds * 1_000 <= nowMs) continue;
    if (timeMs <= nowMs - impressionLogMaxAgeMs) continue;
    times ??= new Map();
    addTime(times, `c${view.getUint32(at, true)}`, timeMs);
    addTime(times, `a${view.getUint32(at + 4, true)}`, timeMs);
  }
  return times ?? noImpressions;
}

/** All entries as stored, in their stored order. Junk reads as none, a torn last entry is left out; never throws. */
export function unpackImpressions(log: Uint8Array | null): readonly LoggedImpression[] {
  if (log === null || !isLog(log)) return [];
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const entries: LoggedImpression[] = [];
  const end = endOf(log);
  for (let at = 1; at + impressionEntryBytes <= end; at += impressionEntryBytes)
    entries.push({
      campaignId: view.getUint32(at, true),
      advertiserId: view.getUint32(at + 4, true),
      timeMs: timeAt(view, at),
      pendingSeconds: view.getUint16(at + 14, true),
      neededMinutes: view.getUint16(at + 16, true),
    });
  return entries;
}

/** Packs entries (the last {@link maxLoggedImpressions} of them), for rebuilding a visitor's log. */
export function encodeImpressions(entries: readonly LoggedImpression[]): Buffer {
  const kept = entries.slice(-maxLoggedImpressions);
  const log = Buffer.alloc(1 + kept.length * impressionEntryBytes);
  log[0] = impressionLogFormat;
  kept.forEach((entry, index) => {
    const at = 1 + index * impressionEntryBytes;
    log.writeUInt32LE(entry.campaignId, at);
    log.writeUInt32LE(entry.advertiserId, at + 4);
    log.writeUIntLE(entry.timeMs, at + 8, 6);
    log.writeUInt16LE(entry.pendingSeconds, at + 14);
    log.writeUInt16LE(entry.neededMinutes, at + 16);
  });
  return log;
}

function isLog(log: Uint8Array): boolean {
  return log.length > impressionEntryBytes && log[0] === impressionLogFormat;
}

function endOf(log: Uint8Array): number {
  return Math.min(log.length, 1 + maxLoggedImpressions * impressionEntryBytes);
}

function timeAt(view: DataView, at: number): number {
  return view.getUint32(at + 8, true) + view.getUint16(at + 12, true) * 2 ** 32;
}

function addTime(times: Map<string, number[]>, key: string, timeMs: number): void {
  const known = times.get(key);
  if (known === undefined) {
    times.set(key, [timeMs]);
    return;
  }
  // Entries come in order but for the rare late confirmation.
  let at = known.length;
  while (at > 0 && known[at - 1]! > timeMs) at--;
  known.splice(at, 0, timeMs);
}
