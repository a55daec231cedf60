import { GCProfiler, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What one call costs, over many calls of many cases. */
export interface CallFigures {
  readonly name: string;
  readonly cases: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** On the heap of JavaScript, without what buffers keep outside of it. */
  readonly bytesPerCall: number;
}

/** Calls timed together: one alone may take less than the clock can tell. */
const together = 10;
const warmUpMs = 300;
const measureMs = 700;

/** What is done with results, so that no compiler leaves the work out. */
export const sink = { last: null as unknown };

/** Times every case in turn for a while; then counts what they leave on the heap. */
export function measureCalls(name: string, calls: readonly (() => unknown)[]): CallFigures {
  if (calls.length === 0) throw new Error(`there is no case to ${name}`);
  repeatFor(warmUpMs, calls, () => undefined);
  const micros: number[] = [];
  repeatFor(measureMs, calls, (value) => micros.push(value));
  micros.sort((a, b) => a - b);
  return {
    name,
    cases: calls.length,
    p50Micros: micros[micros.length >> 1] ?? 0,
    p99Micros: micros[Math.floor(micros.length * 0.99)] ?? 0,
    bytesPerCall: bytesOf(calls),
  };
}

function repeatFor(
  forMs: number,
  calls: readonly (() => unknown)[],
  tell: (microsPerCall: number) => void,
): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs)
    for (const call of calls) {
      const startedNs = process.hrtime.bigint();
      for (let turn = 0; turn < together; turn++) sink.last = call();
      tell(Number(process.hrtime.bigint() - startedNs) / 1_000 / together);
    }
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Fewer rounds until no collection falls into them: then all that was made is still there. */
function bytesOf(calls: readonly (() => unknown)[]): number {
  for (let rounds = 64; rounds >= 1; rounds /= 2) {
    collect();
    const profiler = new GCProfiler();
    profiler.start();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < rounds; round++) for (const call of calls) sink.last = call();
    const made = process.memoryUsage().heapUsed - before;
    if ((profiler.stop()?.statistics.length ?? 0) === 0) return made / (rounds * calls.length);
  }
  return Number.NaN;
}

export function callsTable(rows: readonly CallFigures[]): string {
  const lines = rows.map(({ name, cases, p50Micros, p99Micros, bytesPerCall }) =>
    [
      "",
      name,
      `${cases}`,
      p50Micros.toFixed(2),
      p99Micros.toFixed(2),
      Number.isNaN(bytesPerCall) ? "" : bytesPerCall.toFixed(0),
      "",
    ]
      .join(" | ")
      .trim(),
  );
  return [
    "| what | golden cases | p50 µs | p99 µs | bytes a call |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...lines,
  ].join("\n");
}
