import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Evaluation, evaluateTrials } from "../audience/evaluation/evaluateTrials.ts";
import { htmlReport } from "../audience/evaluation/htmlReport.ts";
import type { ReadTrial } from "../audience/evaluation/parseTrial.ts";
import { textReport } from "../audience/evaluation/textReport.ts";
import { SetupError } from "../setupError.ts";
import { readTrials, TrialFileError } from "../stores/trials/readTrials.ts";
import { sortTrials } from "../stores/trials/sortTrials.ts";

const usage =
  "Usage: npm run evaluate -- FILE [--json] [--segment category=NAME|kind=NAME|place=NAME] [--out REPORT.html] [--seed NUMBER]   (FILE: CSV, .ndjson or .parquet with visitor,item,category,kind,value,timestamp,place; docs/evaluate.md)";

interface Options {
  readonly file: string;
  readonly isJson: boolean;
  readonly segment: Segment | null;
  readonly out: string | null;
  readonly seed: number;
}

interface Segment {
  readonly column: "category" | "kind" | "place";
  readonly name: string;
}

/**
 * `evaluate FILE`: how well the models predict the trials of a file, beside baselines. `say` has the report or one JSON
 * object and nothing else; `log` what is being done.
 */
export async function evaluateCommand(
  args: readonly string[],
  say: (line: string) => void,
  log: (line: string) => void,
): Promise<void> {
  const options = parseOptions(args);
  const isFile = await stat(options.file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) throw new SetupError(`${options.file} is not a file`);
  const folder = await mkdtemp(join(tmpdir(), "atelier-evaluate-"));
  try {
    const trials = segmentOf(readTrials(options.file), options.segment);
    const source = await sortTrials(trials, folder, log).catch((error: unknown) => {
      if (!(error instanceof TrialFileError)) throw error;
      throw new SetupError(`${options.file} is not a file of trials:\n${error.message}`);
    });
    if (source.rows === 0) throw new SetupError(`${options.file} has no trials to evaluate`);
    const evaluation = evaluateTrials(source, { seed: options.seed, log });
    await tell(evaluation, options, say);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(
  evaluation: Evaluation,
  { file, isJson, out }: Options,
  say: (line: string) => void,
): Promise<void> {
  if (out !== null) await writeFile(out, htmlReport(evaluation, basename(file)));
  if (isJson) say(JSON.stringify(evaluation));
  else for (const line of textReport(evaluation)) say(line);
}

async function* segmentOf(
  batches: AsyncIterable<readonly ReadTrial[]>,
  segment: Segment | null,
): AsyncGenerator<readonly ReadTrial[]> {
  for await (const batch of batches)
    yield segment === null
      ? batch
      : batch.filter((trial) => trial[segment.column] === segment.name);
}

function parseOptions(args: readonly string[]): Options {
  const given = new Map<string, string>();
  const files: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const name = args[index] ?? "";
    if (!name.startsWith("--")) files.push(name);
    else if (name === "--json") given.set(name, "");
    else {
      const value = args[index + 1];
      if (!["--segment", "--out", "--seed"].includes(name) || value === undefined)
        throw new SetupError(usage);
      given.set(name, value);
      index += 1;
    }
  }
  const [file] = files;
  const seed = Number(given.get("--seed") ?? 1);
  if (file === undefined || files.length > 1 || !Number.isSafeInteger(seed))
    throw new SetupError(usage);
  return {
    file,
    isJson: given.has("--json"),
    segment: parseSegment(given.get("--segment")),
    out: given.get("--out") ?? null,
    seed,
  };
}

function parseSegment(text: string | undefined): Segment | null {
  if (text === undefined) return null;
  const [column, ...name] = text.split("=");
  if ((column !== "category" && column !== "kind" && column !== "place") || name.length === 0)
    throw new SetupError(usage);
  return { column, name: name.join("=") };
}
