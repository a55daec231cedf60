import { Worker } from "node:worker_threads";
import { PublicError } from "../errors.ts";
import type { AskedForecast, Forecast } from "../reports/forecast/forecastTypes.ts";

/** What a thread is told when it begins. */
export interface ForecastOrder {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly nowMs: number;
  /** Noise in figures is made of it: the same on every node, and a secret. */
  readonly salt: number;
}

export type ForecastAsk = { readonly id: number; readonly asked: AskedForecast };

export type ForecastMessage =
  | { readonly kind: "ready"; readonly facts: SampleState }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly forecast: Forecast;
      readonly ms: number;
    }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

/** What a sample is made of, for metrics. */
export interface SampleState {
  readonly basis: "measured" | "prior";
  readonly rows: number;
  readonly visitors: number;
  readonly builtMs: number;
}

export interface ForecastThreadDeps {
  readonly orderOf: () => ForecastOrder;
  readonly log: (message: string) => void;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

export interface ForecastThread {
  /** Starts the thread where none runs yet. Throws PublicError `unavailable` when too many wait, or it takes too long. */
  readonly ask: (asked: AskedForecast) => Promise<Forecast>;
  /** Starts the thread where none runs, so that who asks first does not wait for its sample. */
  readonly prepare: () => void;
  /** A thread with a new sample takes the place of an old one, once it is ready; none is started where none ran. */
  readonly refreshIfOld: () => Promise<void>;
  readonly state: () =>
    | (SampleState & { readonly waiting: number; readonly answered: number })
    | null;
  readonly stop: () => Promise<void>;
}

const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "./forecastWorker.ts" : "./forecastWorker.js",
  import.meta.url,
);
const mostWaiting = 200;
/** A new thread takes some seconds to be ready. */
const patienceMs = 30_000;
const oldMs = 3_600_000;

interface Waiting {
  readonly resolve: (forecast: Forecast) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

interface Running {
  readonly worker: Worker;
  readonly facts: SampleState;
  readonly startedAtMs: number;
}

/** Forecasts in a thread of their own, so that dragging a radius holds up no ad request. */
export function createForecastThread(deps: ForecastThreadDeps): ForecastThread {
  const desk = createDesk(deps.log);
  let running: Promise<Running> | null = null;
  let latest: Running | null = null;
  let isStopped = false;
  const start = async (): Promise<Running> => {
    const fresh = await startWorker(deps, desk.onAnswer, (lost) => {
      if (latest?.worker !== lost) return;
      running = null;
      latest = null;
    });
    latest = fresh;
    return fresh;
  };
  const startFirst = (): Promise<Running> => {
    const begun = start();
    begun.catch((error: unknown) => {
      running = null;
      deps.log(`forecasts are not ready: ${String(error)}`);
    });
    return begun;
  };
  return {
    async ask(asked) {
      if (isStopped || desk.waiting() >= mostWaiting) throw unavailable();
      running ??= startFirst();
      return desk.ask(asked, running);
    },
    prepare() {
      if (!isStopped) running ??= startFirst();
    },
    async refreshIfOld() {
      if (latest === null || isStopped || deps.monotonicMs() - latest.startedAtMs < oldMs) return;
      const old = latest;
      // Until then the old one goes on answering.
      const fresh = await start();
      running = Promise.resolve(fresh);
      await retire(old.worker);
    },
    state: () => (latest === null ? null : { ...latest.facts, ...desk.state() }),
    async stop() {
      isStopped = true;
      desk.refuseAll();
      const last = await running?.catch(() => null);
      await last?.worker.terminate();
    },
  };
}

/** Who waits for which answer. */
function createDesk(log: (message: string) => void) {
  const waiting = new Map<number, Waiting>();
  const counts = { asked: 0, answered: 0 };
  const settle = (id: number, act: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    if (one === undefined) return;
    waiting.delete(id);
    clearTimeout(one.timer);
    act(one);
  };
  const refuse = (id: number): void => settle(id, ({ reject }) => reject(unavailable()));
  return {
    waiting: () => waiting.size,
    state: () => ({ waiting: waiting.size, answered: counts.answered }),
    refuseAll: () => [...waiting.keys()].forEach(refuse),
    onAnswer(message: ForecastMessage): void {
      if (message.kind === "answer") {
        counts.answered++;
        settle(message.id, ({ resolve }) => resolve(message.forecast));
      } else if (message.kind === "failed") {
        log(`a forecast failed: ${message.message}`);
        settle(message.id, ({ reject }) => reject(new Error(message.message)));
      }
    },
    ask(asked: AskedForecast, running: Promise<Running>): Promise<Forecast> {
      const id = ++counts.asked;
      const answer = new Promise<Forecast>((resolve, reject) => {
        const timer = setTimeout(() => refuse(id), patienceMs).unref();
        waiting.set(id, { resolve, reject, timer });
      });
      running.then(
        ({ worker }) => worker.postMessage({ id, asked } satisfies ForecastAsk),
        () => refuse(id),
      );
      return answer;
    },
  };
}

const unavailable = (): PublicError =>
  new PublicError(
    "unavailable",
    "Forecasts are being prepared, or too many are asked for; try again.",
  );

/** Answers that are on their way come first: nothing is posted to an old thread any more. */
async function retire(worker: Worker): Promise<void> {
  const left = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.postMessage(null);
  await left;
}

/** Resolves when the thread's sample is ready. */
function startWorker(
  { orderOf, monotonicMs }: ForecastThreadDeps,
  onAnswer: (message: ForecastMessage) => void,
  onLost: (worker: Worker) => void,
): Promise<Running> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: orderOf() });
    worker.unref();
    const startedAtMs = monotonicMs();
    worker.on("message", (message: ForecastMessage) => {
      if (message.kind === "ready") resolve({ worker, facts: message.facts, startedAtMs });
      else onAnswer(message);
    });
    worker.once("error", (error) => {
      reject(error);
      onLost(worker);
    });
    worker.once("exit", (code) => reject(new Error(`the forecasting thread ended with ${code}`)));
  });
}
