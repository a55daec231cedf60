import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bidBodyLimitBytes } from "../../../src/routes/bidBody.ts";
import { createAnswerBidRequest } from "../../../src/routes/openrtb.ts";
import { createBidAdmission } from "../../../src/serving/bidAdmission.ts";
import { type BodyRoom, createBodyRoom } from "../../../src/serving/bidBodies.ts";
import type { BidOutcome } from "../../../src/serving/bidOutcome.ts";
import type { Ssp } from "../../../src/serving/bidPorts.ts";
import { bidBody } from "../../support/bids.ts";
import { sspOf } from "../../support/notices.ts";
import { until } from "../../support/until.ts";

/** Patience of a minute: what is let go of here is let go of for want of room. */
const patient = { qpsLimit: 100_000, deadlineMs: 60_000, keyHash: null, openToBrowsers: true };
const ssps = new Map<string, Ssp>(
  [
    sspOf({ ...patient, sspId: 1, name: "slow" }),
    sspOf({ ...patient, sspId: 2, name: "other" }),
    sspOf({ ...patient, sspId: 3, name: "third" }),
    sspOf({ ...patient, sspId: 4, name: "hasty", deadlineMs: 40 }),
  ].map((ssp) => [ssp.name, ssp]),
);

const ignore = () => undefined;
const endlessRoom = { loopWait: () => 0, refuse: () => null, begin: ignore, end: ignore };

let bodies: BodyRoom;
let outcomes: BidOutcome[];
let server: ReturnType<typeof createServer>;
let port = 0;
let sockets: Socket[];

beforeEach(async () => {
  bodies = createBodyRoom({ longestBytes: bidBodyLimitBytes });
  outcomes = [];
  sockets = [];
  const answer = createAnswerBidRequest({
    findSsp: (name) => ssps.get(name) ?? null,
    answerBid: async () => ({ answer: { status: 204 }, reason: "no_campaign", bids: 0 }),
    admission: createBidAdmission({ monotonicMs: () => performance.now(), load: endlessRoom }),
    bodies,
    buyerUidOf: () => null,
    onAnswered: (_ssp, outcome) => outcomes.push(outcome),
    onFault: (error) => expect(error).toBeUndefined(),
  });
  server = createServer((request, response) => void answer(request, response, null));
  await once(server.listen(0, "127.0.0.1"), "listening");
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Sends a head and a beginning; answers the status once there is one. */
function send(name: string, header: string, beginning = ""): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(
        `POST /openrtb2/bid/${name} HTTP/1.1\r\nhost: a\r\norigin: https://b.example\r\n${header}\r\n\r\n${beginning}`,
      ),
    );
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (data) => resolve(/^HTTP\/1.1 (\d+)/.exec(data.toString())?.[1] ?? ""));
  });
}
const dawdle = (name: string, count: number, header: string) =>
  Array.from({ length: count }, () => send(name, header));
const whole = JSON.stringify(bidBody());
const ask = (name: string) => send(name, `content-length: ${Buffer.byteLength(whole)}`, whole);
const half = "content-length: 524288";
const room = () => bodies.counts();
const reasons = () => outcomes.flatMap((one) => (one.kind === "shed" ? [one.reason] : []));

test("bodies that never end keep no more than their SSP's room, and the next gets 204 at once", async () => {
  dawdle("slow", 32, half);
  await until(() => room().bytes === 32 * 524_288);
  expect(await Promise.all(dawdle("slow", 8, half))).toEqual(Array(8).fill("204"));
  expect(reasons()).toEqual(Array(8).fill("no_room"));
  expect(await ask("other")).toBe("204");
  expect(outcomes.at(-1)).toMatchObject({ kind: "no_bid" });
  for (const socket of sockets) socket.destroy();
  await until(() => room().bytes === 0 && room().bodies === 0);
  expect(await ask("slow")).toBe("204");
  expect(outcomes.at(-1)).toMatchObject({ kind: "no_bid" });
});

test("in chunks, of unknown length, they are bounded in number, and all SSPs together too", async () => {
  const chunked = "transfer-encoding: chunked";
  dawdle("slow", 256, chunked);
  await until(() => room().bodies === 256);
  expect(await send("slow", chunked)).toBe("204");
  dawdle("other", 256, chunked);
  await until(() => room().bodies === 512);
  expect(await ask("third")).toBe("204");
  expect(reasons()).toEqual(["no_room", "no_room"]);
  expect(room().bytes).toBe(0);
});

test("chunks count as they come, until there is no room for the next", async () => {
  dawdle("slow", 31, half);
  await until(() => room().bodies === 31);
  const chunk = `40000\r\n${"x".repeat(0x40000)}\r\n`;
  const chunked = "transfer-encoding: chunked";
  void send("slow", chunked, chunk);
  await until(() => room().bytes === 31.5 * 524_288);
  expect(await send("slow", chunked, chunk + chunk)).toBe("204");
  expect(reasons()).toEqual(["no_room"]);
});

test("a body that takes longer than its answer may is let go of, with its connection", async () => {
  expect(await send("hasty", half, whole)).toBe("204");
  expect(reasons()).toEqual(["slow_body"]);
  expect(room()).toEqual({ bodies: 0, bytes: 0 });
  await until(() => sockets.every(({ readyState }) => readyState !== "open"));
});
