import type { Scores } from "../targeting/types.ts";

/**
 * A visitor's scores in few bytes, the same in DynamoDB and in Redis, little-endian:
 * format u8 · model version u32 · expiry u32 (seconds since 1970) · count u16 · count × (segment id u32 · score u16).
 * A score is kept in steps of 1/65535. Format 0 is the remembered absence: format u8 · model version u32.
 */
export interface ScoreSet {
  /** 1 to 4,294,967,295. */
  readonly modelVersion: number;
  /** Seconds since 1970; from then on the scores are not used. */
  readonly expiresAtSeconds: number;
  /** Score 0–1 by segment id (1 to 4,294,967,295). */
  readonly scores: ReadonlyMap<number, number>;
}

/** 1.5 KB: far more segments than a shop's campaigns ask about. */
export const maxScoresPerVisitor = 256;

const scoresFormat = 1;
const absentFormat = 0;
const headerBytes = 11;
const entryBytes = 6;
const fullScore = 65_535;
const maxUint32 = 2 ** 32 - 1;

/** Packs a set. Throws a RangeError that names what is out of range: the version, the expiry, the count, an id or a score. */
export function packScores(set: ScoreSet): Buffer {
  requireInteger("modelVersion", set.modelVersion, 1);
  requireInteger("expiresAtSeconds", set.expiresAtSeconds, 0);
  if (set.scores.size > maxScoresPerVisitor)
    throw new RangeError(`A visitor has at most ${maxScoresPerVisitor} scores`);
  const packed = Buffer.allocUnsafe(headerBytes + entryBytes * set.scores.size);
  packed.writeUInt8(scoresFormat, 0);
  packed.writeUInt32LE(set.modelVersion, 1);
  packed.writeUInt32LE(set.expiresAtSeconds, 5);
  packed.writeUInt16LE(set.scores.size, 9);
  let at = headerBytes;
  for (const [segmentId, score] of set.scores) {
    requireInteger("segmentId", segmentId, 1);
    if (!(score >= 0 && score <= 1)) throw new RangeError("A score is a number from 0 to 1");
    packed.writeUInt32LE(segmentId, at);
    packed.writeUInt16LE(Math.round(score * fullScore), at + 4);
    at += entryBytes;
  }
  return packed;
}

/** Reads any packed set, whatever its age. Null for anything that is not exactly one; never throws. */
export function readPackedScores(packed: Buffer): ScoreSet | null {
  if (packed.length < headerBytes || packed[0] !== scoresFormat) return null;
  const count = packed.readUInt16LE(9);
  if (packed.length !== headerBytes + entryBytes * count) return null;
  const scores = new Map<number, number>();
  for (let at = headerBytes; at < packed.length; at += entryBytes)
    scores.set(packed.readUInt32LE(at), packed.readUInt16LE(at + 4) / fullScore);
  return {
    modelVersion: packed.readUInt32LE(1),
    expiresAtSeconds: packed.readUInt32LE(5),
    scores,
  };
}

/**
 * The scores that may be used now: null when expired, of another model than the active one, or not a packed set at all.
 * They stay packed, and `packed` must not change: a decision asks for a few of them, and a map of all would cost more
 * than it saves. Never throws.
 */
export function unpackScores(
  packed: Buffer,
  nowMs: number,
  activeModelVersion: number,
): Scores | null {
  if (packed.length < headerBytes || packed[0] !== scoresFormat) return null;
  if (packed.readUInt32LE(1) !== activeModelVersion) return null;
  if (packed.readUInt32LE(5) * 1_000 <= nowMs) return null;
  if (packed.length !== headerBytes + entryBytes * packed.readUInt16LE(9)) return null;
  return { get: (segmentId) => findScore(packed, segmentId) };
}

function findScore(packed: Buffer, segmentId: number): number | undefined {
  const lowest = segmentId & 0xff;
  for (let at = headerBytes; at < packed.length; at += entryBytes)
    if (packed[at] === lowest && packed.readUInt32LE(at) === segmentId)
      return packed.readUInt16LE(at + 4) / fullScore;
  return undefined;
}

/** When a packed set expires, seconds since 1970; null when it is not one. */
export function expiryOfPacked(packed: Buffer): number | null {
  return packed.length >= headerBytes && packed[0] === scoresFormat ? packed.readUInt32LE(5) : null;
}

/** What a cache keeps for a visitor whom the model does not know, so that the next page does not ask again. */
export function packAbsence(modelVersion: number): Buffer {
  requireInteger("modelVersion", modelVersion, 1);
  const packed = Buffer.allocUnsafe(5);
  packed.writeUInt8(absentFormat, 0);
  packed.writeUInt32LE(modelVersion, 1);
  return packed;
}

/** Whether this is the absence remembered for the active model; that of another model says nothing. */
export function isAbsence(packed: Buffer, activeModelVersion: number): boolean {
  return (
    packed.length === 5 &&
    packed[0] === absentFormat &&
    packed.readUInt32LE(1) === activeModelVersion
  );
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > maxUint32)
    throw new RangeError(`${name} must be an integer from ${least} to ${maxUint32}`);
}
