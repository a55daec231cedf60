import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;

/** Something that only grows. */
export interface CounterMetric {
  readonly add: (amount: number, labels?: Labels) => void;
}

/** Something that is measured often, counted by how large it was. */
export interface HistogramMetric {
  readonly observe: (value: number, labels?: Labels) => void;
}

/** One line of the page. */
export interface Figure {
  /** Of a histogram with its ending: "…_bucket" (labelled `le`), "…_sum", "…_count". */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** The metrics of one process. Whoever has something to tell adds it here; names begin with "atelier_". */
export interface Metrics {
  /** A counter with the names of its labels. By convention its name ends with "_total". Labels must have few values. */
  readonly counter: (name: string, about: string, labelNames?: readonly string[]) => CounterMetric;
  /** A value that is read only when somebody asks for the page. `read` must be cheap; one that throws is left out. */
  readonly gauge: (name: string, about: string, read: () => number) => void;
  /** Durations in seconds; `bounds` are the upper ends of its buckets, ascending. */
  readonly histogram: (
    name: string,
    about: string,
    bounds: readonly number[],
    labelNames?: readonly string[],
  ) => HistogramMetric;
  /** Adds what the process itself says: processor, memory, event loop, garbage; names begin with `prefix` ("atelier_"). */
  readonly watchProcess: (prefix: string) => void;
  /** What one metric says now; nothing of a name that is not there. */
  readonly read: (name: string) => Promise<readonly Figure[]>;
  /** The page, in Prometheus' text format. */
  readonly page: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

const nameShape = /^atelier_[a-z0-9_]+$/;

/** An empty set of metrics. Throws when a name is taken or has not the shape of one. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  let ofProcess: Registry | null = null;
  return {
    counter(name, about, labelNames = []) {
      requireName(name);
      const counter = new Counter({ name, help: about, labelNames, registers: [registry] });
      return { add: (amount, labels = {}) => counter.inc(labels, amount) };
    },
    gauge(name, about, read) {
      requireName(name);
      const collect = (gauge: Gauge): void => {
        try {
          gauge.set(read());
        } catch {
          // A reset would say 0, which reads as a value.
          gauge.remove();
        }
      };
      new Gauge({
        name,
        help: about,
        registers: [registry],
        collect() {
          collect(this);
        },
      });
    },
    histogram(name, about, bounds, labelNames = []) {
      requireName(name);
      const histogram = new Histogram({
        name,
        help: about,
        buckets: [...bounds],
        labelNames,
        registers: [registry],
      });
      return { observe: (value, labels = {}) => histogram.observe(labels, value) };
    },
    watchProcess(prefix) {
      ofProcess = processRegistry(prefix);
    },
    read: (name) => readFigures(registry, name),
    async page() {
      const texts = await Promise.all([registry.metrics(), ofProcess?.metrics() ?? ""]);
      return { contentType: registry.contentType, text: texts.join("") };
    },
  };
}

const processRegistries = new Map<string, Registry>();

/** Shared by all that one process serves: each watch of an event loop costs a timer. */
function processRegistry(prefix: string): Registry {
  const known = processRegistries.get(prefix);
  if (known !== undefined) return known;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix });
  processRegistries.set(prefix, registry);
  return registry;
}

async function readFigures(registry: Registry, name: string): Promise<readonly Figure[]> {
  const found = await registry.getSingleMetric(name)?.get();
  return (found?.values ?? []).map((one) => ({
    name: "metricName" in one && typeof one.metricName === "string" ? one.metricName : name,
    labels: Object.fromEntries(
      Object.entries(one.labels).map(([label, value]) => [label, String(value)]),
    ),
    value: one.value,
  }));
}

function requireName(name: string): void {
  if (!nameShape.test(name)) throw new Error(`"${name}" is not atelier_ and lower case`);
}
