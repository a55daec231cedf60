import { type Connection, openConnection } from "./connection.ts";
import { createHistogram, type Histogram, type Percentiles, percentilesOf } from "./histogram.ts";

export interface OpenLoop {
  /** Connections are spread over them. */
  readonly ports: readonly number[];
  readonly requests: readonly Buffer[];
  readonly perSecond: number;
  readonly forMs: number;
  readonly connections: number;
  /** Gaps between two planned times: all alike, or as if visitors knew nothing of each other. */
  readonly arrivals: "even" | "poisson";
  /** For "poisson": 0 ≤ r < 1. */
  readonly random: () => number;
  /** One answer in so many has its first ad seen: its impression is told. Absent = none is. */
  readonly seenEvery?: number;
  /** Told every so many milliseconds of what was answered since the last time. */
  readonly everyMs?: number;
  readonly onPart?: (part: LoopFigures) => void;
  /** Ends the sending before its time. */
  readonly signal?: AbortSignal;
}

export interface LoopFigures {
  /** From the time at which a request was planned to its whole answer. */
  readonly latency: Percentiles;
  /** From that time until it was written to a connection: the generator's own part, and waiting for a free connection. */
  readonly late: Percentiles;
  readonly answeredPerSecond: number;
  /** Answers that refuse or fail, and requests without any, those of impressions included. */
  readonly errors: number;
  /** Impressions that were told; they are in no percentile. */
  readonly seen: number;
}

/** Whoever is not answered this long after the last request left never is. */
const patienceMs = 10_000;
const tickMs = 1;

/**
 * Sends requests at their planned times whether or not earlier ones were answered, and counts each from its planned time:
 * a server that stands still for a second is seen by all who would have come in that second, not by one (coordinated
 * omission). A request that finds no free connection waits, and that counts; one never answered counts as long as it was waited for.
 */
export async function runOpenLoop(loop: OpenLoop): Promise<LoopFigures> {
  const counts = createCounts();
  const part = createCounts();
  const both = [counts, part];
  const all = Array.from({ length: loop.connections }, (_, index) =>
    openConnection(loop.ports[index % loop.ports.length]!),
  );
  const free = [...all];
  const queue = createQueue();
  const open = new Set<number>();
  let sent = 0;
  const send = (connection: Connection, dueMs: number): void => {
    for (const { late } of both) late.record((performance.now() - dueMs) * 1_000);
    const request = loop.requests[sent++ % loop.requests.length]!;
    open.add(dueMs);
    connection.send(request, (answer) => {
      open.delete(dueMs);
      for (const one of both) count(one, dueMs, isFine(answer));
      const sees = loop.seenEvery !== undefined && sent % loop.seenEvery === 0;
      const impression = sees && answer !== null ? impressionOf(answer.body) : null;
      if (impression === null) goOn(connection);
      else see(connection, impression);
    });
  };
  const see = (connection: Connection, impression: Buffer): void =>
    connection.send(impression, (answer) => {
      for (const one of both) {
        one.seen += 1;
        if (!isFine(answer)) one.errors += 1;
      }
      goOn(connection);
    });
  const goOn = (connection: Connection): void => {
    const next = queue.shift();
    if (next === undefined) free.push(connection);
    else send(connection, next);
  };
  const beganMs = performance.now();
  const parts = tellParts(loop, part);
  await planned(loop, beganMs, (dueMs) => {
    const connection = free.pop();
    if (connection === undefined) queue.push(dueMs);
    else send(connection, dueMs);
  });
  const tookMs = performance.now() - beganMs;
  await until(() => open.size === 0 && queue.rest().length === 0);
  for (const dueMs of [...open, ...queue.rest()]) for (const one of both) count(one, dueMs, false);
  clearInterval(parts);
  for (const connection of all) connection.close();
  return figuresOf(counts, tookMs);
}

/** Who waits for a free connection. An overloaded server leaves tens of thousands. */
function createQueue() {
  const times: number[] = [];
  let head = 0;
  return {
    push: (timeMs: number): void => void times.push(timeMs),
    shift: (): number | undefined => (head < times.length ? times[head++] : undefined),
    rest: (): readonly number[] => times.slice(head),
  };
}

interface Counts {
  readonly latency: Histogram;
  readonly late: Histogram;
  errors: number;
  seen: number;
}

const createCounts = (): Counts => ({
  latency: createHistogram(),
  late: createHistogram(),
  errors: 0,
  seen: 0,
});

function count(counts: Counts, dueMs: number, wasFine: boolean): void {
  counts.latency.record((performance.now() - dueMs) * 1_000);
  if (!wasFine) counts.errors += 1;
}

function figuresOf({ latency, late, errors, seen }: Counts, tookMs: number): LoopFigures {
  return {
    latency: percentilesOf(latency),
    late: percentilesOf(late),
    answeredPerSecond: (latency.count() * 1_000) / tookMs,
    errors,
    seen,
  };
}

/** Calls `due` with the planned time of each request when it has come, in order. Resolves after the last one. */
function planned(
  { perSecond, forMs, arrivals, random, signal }: OpenLoop,
  beganMs: number,
  due: (dueMs: number) => void,
): Promise<void> {
  const meanMs = 1_000 / perSecond;
  const gapMs = (): number => (arrivals === "even" ? meanMs : -Math.log(1 - random()) * meanMs);
  const endMs = beganMs + forMs;
  let nextMs = beganMs + gapMs();
  return new Promise((resolve) => {
    const tick = (): void => {
      const nowMs = performance.now();
      for (; nextMs <= nowMs && nextMs < endMs; nextMs += gapMs()) due(nextMs);
      if (nextMs >= endMs || signal?.aborted === true) resolve();
      else setTimeout(tick, Math.max(tickMs, nextMs - performance.now()));
    };
    tick();
  });
}

function tellParts({ everyMs, onPart }: OpenLoop, part: Counts): NodeJS.Timeout | undefined {
  if (everyMs === undefined) return undefined;
  let sinceMs = performance.now();
  return setInterval(() => {
    const nowMs = performance.now();
    onPart?.(figuresOf(part, nowMs - sinceMs));
    sinceMs = nowMs;
    part.latency.clear();
    part.late.clear();
    part.errors = 0;
    part.seen = 0;
  }, everyMs);
}

async function until(isSo: () => boolean): Promise<void> {
  const giveUpMs = performance.now() + patienceMs;
  while (!isSo() && performance.now() < giveUpMs)
    await new Promise((resolve) => setTimeout(resolve, tickMs));
}

const isFine = (answer: { readonly status: number } | null): boolean =>
  answer !== null && answer.status >= 200 && answer.status < 300;

/** The request of an answer's first impression; null = it has no ad. */
export function impressionOf(body: Buffer): Buffer | null {
  const address = /"impression":"https?:\/\/[^/"]+([^"]+)"/.exec(body.toString())?.[1];
  if (address === undefined) return null;
  return Buffer.from(
    `GET ${address} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: ${browser}\r\n\r\n`,
  );
}

/** Who says nothing of itself counts as a robot. */
const browser =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/** Requests as bytes, each from an address of its own, as behind a balancer. */
export function requestsOf(path: string, bodies: readonly string[], userAgent: string): Buffer[] {
  return bodies.map((body, index) => {
    const address = `${(index % 200) + 1}.${Math.floor(index / 200) % 250}.7.1`;
    const head = [
      `POST ${path} HTTP/1.1`,
      "host: 127.0.0.1",
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      `x-forwarded-for: ${address}`,
      `user-agent: ${userAgent}`,
    ];
    return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
}
