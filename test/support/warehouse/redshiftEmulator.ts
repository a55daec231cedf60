import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type pg from "pg";
import { toPositional } from "../../../src/stores/redshift/dialect/sqlTokens.ts";

export interface RedshiftEmulator {
  readonly url: string;
  /** What was called, in its order: "ExecuteStatement", with its body. */
  readonly calls: readonly {
    readonly action: string;
    readonly body: Readonly<Record<string, unknown>>;
  }[];
  readonly close: () => Promise<void>;
}

interface Ran {
  readonly rows: readonly (readonly unknown[])[];
  readonly columns: readonly string[];
  readonly error: string | null;
  looks: number;
}

/** Types of Postgres by their ids: what the Data API tells as whole numbers, and as fractions. */
const wholes = new Set([20, 21, 23]);
const fractions = new Set([700, 701]);

/**
 * Redshift's Data API over HTTP (JSON 1.1), as far as it is used: statements really run, on a Postgres connection, with their
 * named parameters bound. A statement is done at the second look; results come in pages of `pageRows`.
 */
export async function startRedshiftEmulator(
  client: pg.Client,
  pageRows = 7,
): Promise<RedshiftEmulator> {
  const statements = new Map<string, Ran>();
  const calls: { action: string; body: Readonly<Record<string, unknown>> }[] = [];
  const actions: Readonly<Record<string, (body: never) => unknown>> = {
    async ExecuteStatement(body: {
      Sql: string;
      Database: string;
      Parameters?: readonly { name: string; value: string }[];
    }) {
      const id = randomUUID();
      if (body.Parameters?.some(({ value }) => value === "") || body.Parameters?.length === 0)
        return refuse("ValidationException");
      statements.set(id, await run(client, body.Sql, body.Parameters ?? []));
      return { Id: id, Database: body.Database, CreatedAt: 1_700_000_000 };
    },
    DescribeStatement({ Id }: { Id: string }) {
      const ran = statements.get(Id);
      if (ran === undefined) return refuse("ResourceNotFoundException");
      ran.looks += 1;
      if (ran.looks < 2) return { Id, Status: "STARTED" };
      if (ran.error !== null) return { Id, Status: "FAILED", Error: ran.error };
      return {
        Id,
        Status: "FINISHED",
        HasResultSet: ran.columns.length > 0,
        ResultRows: ran.rows.length,
      };
    },
    GetStatementResult({ Id, NextToken }: { Id: string; NextToken?: string }) {
      const ran = statements.get(Id);
      if (ran === undefined) return refuse("ResourceNotFoundException");
      const from = Number(NextToken ?? 0);
      const next = from + pageRows;
      return {
        ColumnMetadata: ran.columns.map((name) => ({ name })),
        Records: ran.rows.slice(from, next),
        TotalNumRows: ran.rows.length,
        ...(next < ran.rows.length ? { NextToken: String(next) } : {}),
      };
    },
  };
  const server = createServer(async (request, response) => {
    const action = String(request.headers["x-amz-target"] ?? "").replace(/^RedshiftData\./, "");
    const body = JSON.parse(await textOf(request));
    calls.push({ action, body });
    const answer = await actions[action]?.(body as never);
    const isRefused = answer === undefined || (answer as { __type?: string }).__type !== undefined;
    response.writeHead(isRefused ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer ?? refuse("UnknownOperationException")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refuse(type: string) {
  return { __type: type, message: type };
}

async function run(
  client: pg.Client,
  sql: string,
  parameters: readonly { name: string; value: string }[],
): Promise<Ran> {
  const { text, names } = toPositional(sql);
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const missing = names.find((name) => !values.has(name));
  if (missing !== undefined)
    return { rows: [], columns: [], error: `Parameter ${missing} has no value`, looks: 0 };
  try {
    const result = await client.query({
      text,
      values: names.map((name) => values.get(name)),
      rowMode: "array",
    });
    const types = result.fields.map(({ dataTypeID }) => dataTypeID);
    const rows = result.rows.map((row: readonly unknown[]) =>
      row.map((value, at) => fieldOf(value, types[at] ?? 0)),
    );
    return { rows, columns: result.fields.map(({ name }) => name), error: null, looks: 0 };
  } catch (error) {
    return {
      rows: [],
      columns: [],
      error: `ERROR: ${error instanceof Error ? error.message : error}`,
      looks: 0,
    };
  }
}

function fieldOf(value: unknown, type: number) {
  if (value === null) return { isNull: true };
  if (wholes.has(type)) return { longValue: Number(value) };
  if (fractions.has(type)) return { doubleValue: Number(value) };
  return typeof value === "boolean" ? { booleanValue: value } : { stringValue: String(value) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
