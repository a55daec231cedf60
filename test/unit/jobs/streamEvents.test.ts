import { describe, expect, it } from "vitest";
import {
  createStreamEventsHandler,
  type Rejected,
  type StreamedEvent,
} from "../../../src/jobs/handlers/streamEvents.ts";
import { packLines } from "../../../src/stores/kinesis/packedRecord.ts";
import { activityEvents } from "../../support/streamedActivity.ts";

const lines = activityEvents(5_000).map(({ occurredAtMs, ...event }) =>
  JSON.stringify({ ...event, occurredAt: new Date(occurredAtMs).toISOString() }),
);

/** A batch of records as Lambda brings it; the number of a record is its sequence number. */
async function batchOf(...records: readonly (readonly string[] | Buffer)[]) {
  const packed = records.map((one) => (Buffer.isBuffer(one) ? one : packLines(one)));
  return {
    Records: (await Promise.all(packed)).map((data, number) => ({
      kinesis: {
        sequenceNumber: String(number),
        partitionKey: "1",
        data: data.toString("base64"),
      },
    })),
  };
}

/** A handler before a lake; `canWrite` says whether it takes the events of a call. */
function handling(canWrite: (events: readonly StreamedEvent[]) => boolean = () => true) {
  const written: StreamedEvent[] = [];
  const rejected: Rejected[] = [];
  const counts: object[] = [];
  const handle = createStreamEventsHandler({
    writeEvents: async (events) => {
      if (!canWrite(events)) throw new Error("the disk is full");
      written.push(...events);
    },
    reject: async (those) => void rejected.push(...those),
    count: (count) => void counts.push(count),
  });
  return { handle, written, rejected, counts };
}

describe("a batch of the stream", () => {
  it("gives every event on as it was told, with its schema and its time", async () => {
    const { handle, written } = handling();
    const outcome = await handle(await batchOf(lines.slice(0, 2), lines.slice(2, 5)));
    expect(outcome).toEqual({ batchItemFailures: [] });
    expect(written.map(({ line }) => line)).toEqual(lines.slice(0, 5));
    expect(written[3]).toMatchObject({
      schema: "page_activity.v1",
      eventId: "00000000-0000-4000-8000-000000000003",
      occurredAtMs: Date.UTC(2026, 5, 1, 12) + 3,
    });
  });

  it("sets what is no event aside, with the reason, and goes on with the others", async () => {
    const { handle, written, rejected, counts } = handling();
    const event = JSON.parse(lines[0]!);
    const poison = [
      "{",
      "[]",
      JSON.stringify({ ...event, schema: "../x" }),
      JSON.stringify({ ...event, eventId: "" }),
      JSON.stringify({ ...event, occurredAt: "2026-02-31T00:00:00.000Z" }),
      JSON.stringify({ ...event, occurredAt: "9999-01-01T00:00:00.000Z" }),
      JSON.stringify({ ...event, payload: 1 }),
      JSON.stringify({ ...event, payload: { text: "x".repeat(262_144) } }),
    ];
    const junk = Buffer.of(0x1f, 0x8b, 1, 2, 3);
    const batch = await batchOf([lines[1]!, ...poison, lines[2]!], junk, [lines[3]!]);
    expect(await handle(batch)).toEqual({ batchItemFailures: [] });
    expect(written.map(({ line }) => line)).toEqual(lines.slice(1, 4));
    expect(rejected.map(({ sequenceNumber, why }) => `${sequenceNumber} ${why}`)).toEqual([
      "0 not a JSON object",
      "0 not a JSON object",
      "0 schema is none",
      "0 eventId is none",
      "0 occurredAt is no time",
      "0 occurredAt is no time",
      "0 payload is no object",
      "0 longer than 262144 characters",
      "1 broken gzip",
    ]);
    expect(rejected.at(-1)?.content).toMatch(/^5 bytes, SHA-256 [0-9a-f]{64}$/);
    expect(Math.max(...rejected.map(({ content }) => content.length))).toBeLessThanOrEqual(5_000);
    expect(counts).toEqual([{ events: 3, rejected: 9 }]);
  });

  it("sets aside nothing that names a visitor, whole or torn: there is nobody to be erased there", async () => {
    const { handle, rejected } = handling();
    const event = JSON.parse(lines[0]!);
    const key: string = event.payload.visitorKey;
    const line = JSON.stringify({ ...event, eventId: "" });
    const torn = line.slice(0, line.indexOf(key) + 9);
    await handle(await batchOf([line, torn]));
    expect(rejected).toHaveLength(2);
    for (const { content } of rejected) {
      expect(content).toContain("[key]");
      expect(content).not.toContain(key.slice(0, 9));
      expect(content).toContain("page_activity.v1");
    }
  });

  it("names the first record that could not be written: what stands before it is done with", async () => {
    const records = Array.from({ length: 10 }, (_, index) =>
      lines.slice(500 * index, 500 * (index + 1)),
    );
    const poisoned = lines[2_600];
    const { handle, written } = handling((events) => !events.some(({ line }) => line === poisoned));
    const outcome = await handle(await batchOf(...records));
    expect(outcome).toEqual({ batchItemFailures: [{ itemIdentifier: "4" }] });
    expect(written).toHaveLength(2_000);
  });

  it("is not done with when what is no event cannot be kept either", async () => {
    const handle = createStreamEventsHandler({
      writeEvents: async () => undefined,
      reject: async () => {
        throw new Error("the disk is full");
      },
      count: () => undefined,
    });
    expect(await handle(await batchOf(["{"]))).toEqual({
      batchItemFailures: [{ itemIdentifier: "0" }],
    });
  });
});
