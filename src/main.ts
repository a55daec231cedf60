import { join } from "node:path";
import { backup } from "./commands/backup.ts";
import { checkReports } from "./commands/checkReports.ts";
import { closeInvoices } from "./commands/closeInvoices.ts";
import { createKey } from "./commands/createKey.ts";
import { importPlaces } from "./commands/importPlaces.ts";
import { migrate } from "./commands/migrate.ts";
import { replayDeadLettersCommand } from "./commands/replayDeadLetters.ts";
import { restore } from "./commands/restore.ts";
import { serve } from "./commands/serve.ts";
import { worker } from "./commands/worker.ts";
import { SetupError } from "./setupError.ts";

const [command, ...args] = process.argv.slice(2);
const say = (line: string): void => console.log(line);

/** What needs packages that a production image does not have is imported only when it is asked for. */
async function run(): Promise<void> {
  switch (command) {
    case "start": {
      const { start } = await import("./commands/start.ts");
      return start(process.env, join(import.meta.dirname, "../.cache"), say);
    }
    case "serve":
      return serve(process.env, say);
    case "worker":
      return worker(process.env, say);
    case "migrate":
      return migrate(process.env, args, say);
    case "places:import":
      return importPlaces(process.env, args, say);
    case "scores:load": {
      const { loadScoresCommand } = await import("./commands/loadScores.ts");
      return loadScoresCommand(process.env, args, say);
    }
    case "score": {
      const { score } = await import("./commands/score.ts");
      return score(process.env, args, say);
    }
    case "analyse": {
      const { analyse } = await import("./commands/analyse.ts");
      return analyse(process.env, args, say);
    }
    case "legacy:import": {
      const { legacyImport } = await import("./commands/legacyImport.ts");
      return legacyImport(process.env, args, say);
    }
    case "lake:pass": {
      const { lakePassCommand } = await import("./commands/lakePass.ts");
      return lakePassCommand(process.env, args, say);
    }
    case "lake:counts": {
      const { lakeCounts } = await import("./commands/lakeCounts.ts");
      return lakeCounts(process.env, args, say);
    }
    case "evaluate": {
      const { evaluateCommand } = await import("./commands/evaluate.ts");
      return evaluateCommand(args, say, (line) => console.error(line));
    }
    case "off-policy": {
      const { offPolicy } = await import("./commands/offPolicy.ts");
      return offPolicy(process.env, args, say);
    }
    default:
      return care();
  }
}

/** What people run now and then. */
async function care(): Promise<void> {
  switch (command) {
    case "reports:check":
      return checkReports(process.env, args, say);
    case "invoices:close":
      return closeInvoices(process.env, args, say);
    case "backup":
      return backup(process.env, args, say);
    case "restore":
      return restore(process.env, args, say);
    case "keys:create":
      return createKey(process.env, args, say);
    case "dlq:replay":
      return replayDeadLettersCommand(process.env, args, say);
    default:
      throw new SetupError(
        "Usage: main.ts start | serve | worker | migrate [down --delete-everything] | places:import FILE | scores:load FILE [--add] | score [--as-of DAY] [--segments A,B] [--publish] [--rollback] [--status] | analyse QUESTION | legacy:import --from PATH --mapping FILE | lake:counts [--from DAY] [--to DAY] | lake:pass | evaluate FILE [--json] | off-policy [--policy NAME] [--json] [--from DAY] [--to DAY] | reports:check [--from DAY] [--to DAY] [--repair] | invoices:close YYYY-MM | dlq:replay QUEUE_URL [--dry-run] | backup FILE | restore FILE | restore --settle | keys:create ROLE LABEL [ADVERTISER_ID …]",
      );
  }
}

run().then(
  // Idle sockets of libraries must not keep a finished command alive.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof SetupError ? error.message : error);
    process.exit(1);
  },
);
