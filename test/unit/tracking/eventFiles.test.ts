import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ServingEvent, TrackingClaims } from "../../../src/serving/ports.ts";
import { createRecordEvent, type SpooledEvent } from "../../../src/serving/recordEvent.ts";
import { createEventFile } from "../../../src/stores/files/eventFile.ts";
import { createEventSpool } from "../../../src/stores/files/eventSpool.ts";
import { startProcess } from "../../support/process.ts";

const noonMs = Date.UTC(2026, 5, 1, 10, 30);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "events-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const event = (eventId: string, occurredAtMs = noonMs, payload = {}): ServingEvent => ({
  schema: "ad_event.v1",
  eventId,
  occurredAtMs,
  payload,
});
const linesOf = (file: string): readonly { readonly eventId: string }[] =>
  readFileSync(join(directory, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const claims: TrackingClaims = {
  decisionId: "d1",
  slot: 0,
  campaignId: 12,
  advertiserId: 7,
  creativeId: 99,
  placementId: "top",
  pricing: "cpm",
  priceMicros: 5_000,
  holdId: null,
  budgetDay: "2026-06-01",
  issuedAtMs: noonMs,
  expiresAtMs: noonMs + 86_400_000,
  test: false,
  mayMeasure: false,
  pageViewKey: null,
};

describe("an event file", () => {
  it("keeps events by schema and hour, one JSON line each", async () => {
    const file = createEventFile({ directory });
    file.emit(event("one"));
    file.emit(event('two\n"quoted"', noonMs + 3_600_000));
    file.emit(event("three"));
    await file.close();
    expect(linesOf("ad_event.v1/2026-06-01T10.ndjson").map((line) => line.eventId)).toEqual([
      "one",
      "three",
    ]);
    expect(linesOf("ad_event.v1/2026-06-01T11.ndjson")).toEqual([
      {
        schema: "ad_event.v1",
        eventId: 'two\n"quoted"',
        occurredAt: "2026-06-01T11:30:00.000Z",
        payload: {},
      },
    ]);
    expect(file.counts()).toEqual({ written: 3, dropped: 0 });
  });

  it("drops and counts what exceeds its memory, what cannot be written, and what comes too late", async () => {
    const errors: unknown[] = [];
    const file = createEventFile({
      directory: join(directory, "a file", "below"),
      maxBufferedBytes: 300,
      onError: (error) => errors.push(error),
    });
    writeFileSync(join(directory, "a file"), "in the way");
    for (let index = 0; index < 10; index++) file.emit(event(`event ${index}`));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    file.emit(event("circular", noonMs, circular));
    file.emit(event("no time", Number.NaN));
    await file.close();
    file.emit(event("late"));
    expect(file.counts()).toEqual({ written: 0, dropped: 13 });
    expect(errors).toHaveLength(1);
  });

  it("begins on a line of its own behind what somebody who was killed left of his", async () => {
    mkdirSync(join(directory, "ad_event.v1"));
    const path = join(directory, "ad_event.v1/2026-06-01T10.ndjson");
    writeFileSync(path, '{"schema":"ad_ev');
    const file = createEventFile({ directory });
    file.emit(event("one"));
    await file.flush();
    file.emit(event("two"));
    await file.close();
    const [torn, ...whole] = readFileSync(path, "utf8").trim().split("\n");
    expect(torn).toBe('{"schema":"ad_ev');
    expect(whole.map((line) => JSON.parse(line).eventId)).toEqual(["one", "two"]);
  });

  it("writes what the published schema says", async () => {
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, "../../../warehouse/events/ad_event.v1.json"), "utf8"),
    );
    const validate = new Ajv().compile(schema);
    const file = createEventFile({ directory });
    const outcomes = [
      { status: "counted", chargedMicros: 5_000 },
      { status: "uncharged", reason: "balance" },
    ] as const;
    for (const outcome of outcomes) {
      const events = createRecordEvent({
        keys: [],
        record: async () => outcome,
        emit: file.emit,
        spool: () => undefined,
      });
      for (const kind of ["impression", "viewable", "click"] as const)
        await events.count(kind, claims, noonMs);
    }
    await file.close();
    const lines = linesOf("ad_event.v1/2026-06-01T10.ndjson");
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(validate(line), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...lines[0], visitorId: "v1" })).toBe(false);
  });
});

describe("a spool of events", () => {
  const spooled = (slot: number): SpooledEvent => ({
    kind: "impression",
    claims: { ...claims, slot },
    occurredAtMs: noonMs + slot,
  });

  it("gives events back in order, over restarts, and only what did not go through", async () => {
    const first = createEventSpool({ directory });
    for (const slot of [1, 2]) first.spool(spooled(slot));
    const second = createEventSpool({ directory });
    const seen: number[] = [];
    const upTo = (most: number) => async (each: SpooledEvent) =>
      seen.length < most && seen.push(each.claims.slot) > 0;
    expect(await second.replayAll(upTo(1))).toBe(1);
    second.spool(spooled(3));
    expect(await second.replayAll(upTo(9))).toBe(2);
    expect(seen).toEqual([1, 2, 3]);
    expect(await second.replayAll(upTo(9))).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is bounded, and counts what it lost", async () => {
    const bytes = JSON.stringify(spooled(1)).length + 1;
    const spool = createEventSpool({ directory, maxBytes: bytes * 2 });
    for (const slot of [1, 2, 3]) spool.spool(spooled(slot));
    expect(spool.counts()).toEqual({ waitingBytes: bytes * 2, lost: 1 });
  });

  it("reads over what a crash cut short", async () => {
    writeFileSync(
      join(directory, "open.ndjson"),
      `${JSON.stringify(spooled(1))}\n{}\nnull\n{"kind":"impre`,
    );
    const spool = createEventSpool({ directory });
    expect(await spool.replayAll(async () => true)).toBe(1);
    expect(existsSync(join(directory, "open.ndjson"))).toBe(false);
  });

  it("begins on a line of its own behind what a crash cut short", async () => {
    writeFileSync(join(directory, "open.ndjson"), '{"kind":"impre');
    const spool = createEventSpool({ directory });
    expect(spool.spool(spooled(1))).toBe(true);
    const seen: number[] = [];
    await spool.replayAll(async (each) => seen.push(each.claims.slot) > 0);
    expect(seen).toEqual([1]);
  });

  it.runIf(process.platform === "linux")(
    "takes events again after a disk that was full in the middle of a line",
    async () => {
      const script = join(import.meta.dirname, "..", "..", "support", "fillSpool.ts");
      const events = [1, 2, 3, 4].map(spooled);
      const lineAndAHalf = Math.round(JSON.stringify(spooled(1)).length * 1.5);
      const args = [script, directory, String(lineAndAHalf), JSON.stringify(events)];
      const child = startProcess(process.execPath, args);
      expect([await child.exited, child.output()]).toEqual([0, "true false false true"]);
      const seen: number[] = [];
      const spool = createEventSpool({ directory });
      await spool.replayAll(async (each) => seen.push(each.claims.slot) > 0);
      expect(seen).toEqual([1, 4]);
    },
  );
});
