import type { AccessKey } from "../../stores/dynamodb/client.ts";
import type { LakePlace } from "../../stores/lake/openStorage.ts";

/** All that a run needs to know, as it crosses to another process or comes in a Lambda's event. */
export interface ScoringOrder extends LakePlace {
  readonly databaseUrl: string;
  /** Null = nothing is warmed. */
  readonly redisUrl: string | null;
  readonly dynamodbEndpoint: string | null;
  /** Null = what the AWS SDK finds by itself. */
  readonly dynamodbCredentials: AccessKey | null;
  readonly awsRegion: string;
  readonly scoresTable: string;
  readonly visitorSecret: string;
  /** Where a run keeps its files between its stages. */
  readonly scoringFolder: string;
  /** The start of a day in UTC, ms: nothing at it or later is looked at. */
  readonly asOfMs: number;
  /** Slugs of the segments that are learnt anew; null = all. */
  readonly only: readonly string[] | null;
  readonly publishes: boolean;
}

const dayMs = 86_400_000;

/** The start of the day in which a time lies, UTC: the latest date as of which there are whole days only. */
export function startOfDay(atMs: number): number {
  return Math.floor(atMs / dayMs) * dayMs;
}

/** Parses "2026-06-01". Null for what is no day of the calendar. */
export function parseDay(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().slice(0, 10) === text ? atMs : null;
}
