import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLetter } from "../../../src/jobs/deadLetter.ts";
import {
  type QueuedLetter,
  type ReplayPorts,
  replayDeadLetters,
} from "../../../src/jobs/replayDeadLetters.ts";

const functionArn = "arn:aws:lambda:eu-west-3:000000000000:function:FeedLake";

describe("a message of a dead-letter queue", () => {
  it("never throws, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(["range", "content", "unknown"]).toContain(readLetter(body).kind);
      }),
    );
  });

  it("names a function of Lambda, without the version that it was called by, or is left alone", () => {
    const of = (arn: unknown) => readLetter(JSON.stringify({ functionArn: arn, content: "x" }));
    expect(of(`${functionArn}:$LATEST`)).toMatchObject({ kind: "content", functionArn });
    for (const arn of ["FeedLake", "arn:aws:s3:::bucket", `${functionArn}/../x`, 7, null])
      expect(of(arn).kind).toBe("unknown");
  });
});

describe("a replay", () => {
  const letter = (id: string, content: string): QueuedLetter => ({
    id,
    body: JSON.stringify({ functionArn, content }),
    receipt: id,
  });
  /** A queue that hands out everything again and again, as one does whose messages are hidden too shortly. */
  const forgetful = (letters: QueuedLetter[], fails: (content: string) => boolean) => {
    const invoked: string[] = [];
    const ports: ReplayPorts = {
      receive: async () => [...letters],
      remove: async ({ id }) => {
        letters.splice(
          letters.findIndex((one) => one.id === id),
          1,
        );
      },
      release: async () => undefined,
      readRange: async () => null,
      async invoke(_arn, [record]) {
        const content = Buffer.from(record?.data ?? "", "base64").toString();
        invoked.push(content);
        return fails(content) ? "it is away" : null;
      },
    };
    return { ports, invoked };
  };
  const options = { isDryRun: false, most: 100, tell: () => undefined };

  it("looks at each message once, and ends, though the queue hands them out again", async () => {
    const letters = [letter("1", "good"), letter("2", "bad")];
    const { ports, invoked } = forgetful(letters, (content) => content === "bad");
    const counts = await replayDeadLetters(ports, options);
    expect(counts).toEqual({ replayed: 1, failed: 1, gone: 0, unknown: 0 });
    expect(invoked).toEqual(["good", "bad"]);
    expect(letters.map(({ id }) => id)).toEqual(["2"]);
  });

  it("that ended before a message was removed does it again, and removes it", async () => {
    const letters = [letter("1", "good")];
    const { ports, invoked } = forgetful(letters, () => false);
    const dies = { ...ports, remove: () => Promise.reject(new Error("killed")) };
    await expect(replayDeadLetters(dies, options)).rejects.toThrow("killed");
    await replayDeadLetters(ports, options);
    expect(invoked).toEqual(["good", "good"]);
    expect(letters).toEqual([]);
  });
});
