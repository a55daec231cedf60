import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadScores } from "../../src/jobs/loadScores.ts";
import type { ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { readCheckpoint } from "../../src/stores/files/loadCheckpoint.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { dynamodbEndpoint } from "../support/servers.ts";
import { until } from "../support/until.ts";
import { loadOptions, visitorKeyOf } from "./loadScoresOptions.ts";
import { rejectsOf, useScoreLoading } from "./scoreLoading.ts";

const loading = useScoreLoading();

describe("a load that is killed", () => {
  const rowCount = 1_500;
  /** Visitors come back in rows far apart; every 50th row is wrong. */
  const rowAt = (index: number) =>
    index % 50 === 49
      ? { visitor: `v${index}`, segmentId: 999, score: 1 }
      : {
          visitor: `v${index % 500}`,
          segmentId: 1 + Math.floor(index / 500),
          score: (index % 11) / 10,
        };
  const rows = Array.from({ length: rowCount }, (_, index) => rowAt(index));

  /** Starts a load in a process of its own and kills it without warning once it has stored `untilRows` rows. */
  async function loadAndKill(file: string, endpoint: string, untilRows: number): Promise<void> {
    const script = join(import.meta.dirname, "loadScoresChild.ts");
    const child = spawn(process.execPath, [script, file, endpoint, loading().tableName, "40"], {
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    const stored = async () =>
      ((await readCheckpoint(`${file}.checkpoint.json`))?.rows ?? 0) >= untilRows;
    await until(async () => child.exitCode !== null || (await stored()), 15_000);
    child.kill("SIGKILL");
    expect(await exited).toEqual([null, "SIGKILL"]);
  }

  test("goes on where it was, loses no row, repeats no reject, and serves the old model until the end", async () => {
    const { fileOf, storedScores, table } = loading();
    const file = await fileOf(rows);
    const proxy = await startFaultProxy(dynamodbEndpoint());
    proxy.delay(5);
    for (const untilRows of [80, 400, 900]) {
      await loadAndKill(file, proxy.through(dynamodbEndpoint()), untilRows);
      expect(await table.readActiveModelVersion()).toBeNull();
    }
    await proxy.close();
    // What a killed process wrote after its last checkpoint must not stay.
    await appendFile(`${file}.rejects.ndjson`, '{"line":1,"field":"torn');
    let putVisitors = 0;
    const counting: ScoresTable = {
      ...table,
      putScores(batch) {
        putVisitors += batch.length;
        return table.putScores(batch);
      },
    };
    const summary = await loadScores({ ...loadOptions(file, counting), batchRows: 40 });
    expect(summary).toMatchObject({ modelVersion: 1, rows: rowCount, rejected: rowCount / 50 });
    expect(summary.firstLine).toBeGreaterThan(900);
    expect(putVisitors).toBeLessThanOrEqual(rowCount - 900);
    expect(await table.readActiveModelVersion()).toBe(1);

    const expected = new Map<string, Map<number, number>>();
    for (const { visitor, segmentId, score } of rows.filter((row) => row.segmentId !== 999)) {
      const scores = expected.get(visitor) ?? new Map<number, number>();
      expected.set(visitor, scores.set(segmentId, Math.round(score * 65_535) / 65_535));
    }
    expect(await storedScores([...expected.keys()], 1)).toEqual(expected);
    expect((await rejectsOf(file)).map((reject) => reject.line)).toEqual(
      Array.from({ length: rowCount / 50 }, (_, index) => 50 * (index + 1)),
    );
  });

  test("starts over in another model when its file has changed since", async () => {
    const { fileOf, table } = loading();
    const file = await fileOf(rows);
    const failing: ScoresTable = {
      ...table,
      putScores: (batch) =>
        batch.some((one) => one.visitorKey === visitorKeyOf("v100"))
          ? Promise.reject(new Error("gone"))
          : table.putScores(batch),
    };
    await expect(loadScores({ ...loadOptions(file, failing), batchRows: 40 })).rejects.toThrow(
      "gone",
    );
    expect((await readCheckpoint(`${file}.checkpoint.json`))?.rows).toBe(80);
    await fileOf(rows.slice(0, 30));
    const said: string[] = [];
    const summary = await loadScores({
      ...loadOptions(file, table),
      log: (line) => said.push(line),
    });
    expect(summary).toMatchObject({ modelVersion: 2, rows: 30, rejected: 0, firstLine: 1 });
    expect(said[0]).toContain("starting over");
  });
});
