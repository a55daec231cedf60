import { Counter, Gauge, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;

/** Something that only grows. */
export interface CounterMetric {
  readonly add: (amount: number, labels?: Labels) => void;
}

/** The metrics of one process. Whoever has something to tell adds it here; names begin with "atelier_". */
export interface Metrics {
  /** A counter with the names of its labels. By convention its name ends with "_total". Labels must have few values. */
  readonly counter: (name: string, about: string, labelNames?: readonly string[]) => CounterMetric;
  /** A value that is read only when somebody asks for the page. `read` must be cheap; one that throws is left out. */
  readonly gauge: (name: string, about: string, read: () => number) => void;
  /** The page, in Prometheus' text format. */
  readonly page: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

const nameShape = /^atelier_[a-z0-9_]+$/;

/** An empty set of metrics. Throws when a name is taken or has not the shape of one. */
export function createMetrics(): Metrics {
  const registry = new Registry();
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
          gauge.reset();
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
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function requireName(name: string): void {
  if (!nameShape.test(name)) throw new Error(`"${name}" is not atelier_ and lower case`);
}
