import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, inject } from "vitest";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import type { Reject } from "../../src/stores/files/rejectsFile.ts";
import { dynamodbEndpoint } from "../support/servers.ts";
import { visitorKeyOf } from "./loadScoresOptions.ts";

/** A score table and a folder of the test's own. */
export interface ScoreLoading {
  readonly tableName: string;
  readonly table: ScoresTable;
  readonly folder: string;
  /** Writes a file of the lines (objects as JSON, no newline at the end) and gives its path. */
  readonly fileOf: (lines: readonly (string | object)[], name?: string) => Promise<string>;
  /** What is stored of each visitor under a model; null = nothing. */
  readonly storedScores: (
    visitorIds: readonly string[],
    modelVersion: number,
  ) => Promise<ReadonlyMap<string, ReadonlyMap<number, number> | null>>;
}

/** Registers the hooks that prepare the table and the folder; call it once, at the top of a test file. */
export function useScoreLoading(): () => ScoreLoading {
  let client: ReturnType<typeof createDynamoDbClient>;
  let loading: ScoreLoading;
  beforeAll(() => {
    client = createDynamoDbClient({
      endpoint: dynamodbEndpoint(),
      region: "eu-west-3",
      credentials: emulatorCredentials,
      use: "batch",
    });
  });
  afterAll(() => client.destroy());
  beforeEach(async () => {
    const tableName = `load-${randomUUID()}`;
    await ensureScoresTable(client, tableName);
    const folder = await mkdtemp(join(inject("testDir"), "scores-"));
    loading = scoreLoadingOf(tableName, createScoresTable(client, tableName), folder);
  });
  return () => loading;
}

function scoreLoadingOf(tableName: string, table: ScoresTable, folder: string): ScoreLoading {
  return {
    tableName,
    table,
    folder,
    async fileOf(lines, name = "scores.ndjson") {
      const file = join(folder, name);
      const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
      await writeFile(file, texts.join("\n"));
      return file;
    },
    async storedScores(visitorIds, modelVersion) {
      const keys = visitorIds.map(visitorKeyOf);
      const found = await table.getManyScores(keys, modelVersion, Date.now());
      return new Map(visitorIds.map((id) => [id, found.get(visitorKeyOf(id))?.scores ?? null]));
    },
  };
}

/** The rejects written beside a file. */
export async function rejectsOf(file: string): Promise<readonly Reject[]> {
  const text = await readFile(`${file}.rejects.ndjson`, "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line));
}
