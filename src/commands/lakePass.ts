import { lakePlaces } from "../compose/lake.ts";
import { type Environment, parseConfig } from "../config.ts";
import { runLakePass } from "../jobs/lakePass.ts";
import { SetupError } from "../setupError.ts";

const usage =
  "Usage: npm run lake:pass   (LAKE_DIR, EVENTS_DIR, LAKE_LANDING_DIR, DATABASE_URL, VISITOR_SECRET)";
const settledMs = 120_000;

/**
 * `lake:pass`: passes over the lake until no event waits, for who runs no server beside it: events come in, erased visitors
 * go, and nothing stays longer than it may. Prints what each did. Without `DATABASE_URL` nobody's erasure is known.
 */
export async function lakePassCommand(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  if (args.length > 0) throw new SetupError(usage);
  const config = parseConfig(environment, "lake:pass");
  const { eventsFolder, ...place } = lakePlaces(config);
  for (let more = true; more; ) {
    const run = await runLakePass({
      ...place,
      landingFolder: config.lakeLandingDir,
      sources: [{ name: "events", directory: eventsFolder }],
      databaseUrl: config.databaseUrl,
      settledMs,
      nowMs: Date.now(),
      keptMs: config.eventsKeptHours * 3_600_000,
      visitorSecret: config.visitorSecret,
    });
    if (run === null) throw new SetupError("Another process is at the lake: it does the work.");
    say(JSON.stringify(run));
    more = run.waitingBytes > 0 && run.lines > 0;
  }
}
