import { type Kysely, sql } from "kysely";
import { withPublicFaults } from "./faults.ts";

/** What the sample of forecasts has of one visitor. */
export interface VisitorSample {
  readonly at: string;
  readonly category: string | null;
  readonly personalised: boolean;
}

/** Latest first; at most 1,000. */
export function readVisitorSample<DB>(
  db: Kysely<DB>,
  visitorKey: string,
): Promise<readonly VisitorSample[]> {
  return withPublicFaults(async () => {
    const { rows } = await sql<{ at: Date; category: string | null; personalised: boolean }>`
      select at, category, personalised from forecast_opportunities where visitor_key = ${visitorKey}
      order by at desc limit 1000`.execute(db);
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  });
}
