import type { Figure, Labels } from "./metrics.ts";

/** What figures have grown by between two moments. */
export interface Growth {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of all figures of a name that carry these labels; 0 for what is not known. */
  readonly of: (name: string, labels?: Labels) => number;
  /** The same by the value of one label. */
  readonly by: (name: string, label: string, labels?: Labels) => ReadonlyMap<string, number>;
}

/** The last samples of counters, in two resolutions. */
export interface History {
  /** Takes what counters say at a moment; moments must ascend. */
  readonly add: (atMs: number, figures: readonly Figure[]) => void;
  /** The last so many milliseconds, or what there is of them; null = fewer than two samples. */
  readonly last: (ms: number) => Growth | null;
  /** From sample to sample of the fine resolution, oldest first. */
  readonly steps: () => readonly Growth[];
  /** The same of the coarse resolution. */
  readonly longSteps: () => readonly Growth[];
  /** Growths of `spanMs` that end where each fine step ends: to smooth what few requests make jump. */
  readonly trailing: (spanMs: number) => readonly Growth[];
}

export interface HistoryOptions {
  /** Samples that are kept as they come. */
  readonly fine: number;
  /** Of these one in so many milliseconds is kept for longer. */
  readonly coarseEveryMs: number;
  readonly coarse: number;
}

interface Sample {
  readonly atMs: number;
  readonly values: Float64Array;
}

interface Series {
  readonly labels: Labels;
  readonly index: number;
}

/**
 * Remembers counters for rates: a sample a second is some numbers, so that a minute of seconds and an hour of minutes cost
 * a few hundred kilobytes. What a counter did not have yet counts as 0.
 */
export function createHistory({ fine, coarseEveryMs, coarse }: HistoryOptions): History {
  const known = createSeries();
  const recent: Sample[] = [];
  const long: Sample[] = [];
  const growth = (from: Sample, to: Sample): Growth => growthOf(known, from, to);
  const stepsOf = (samples: readonly Sample[]): readonly Growth[] =>
    samples.slice(1).map((to, index) => growth(samples[index] ?? to, to));
  return {
    add(atMs, figures) {
      const values = new Float64Array(known.room(figures));
      for (const figure of figures) values[known.indexOf(figure)] = figure.value;
      const sample = { atMs, values };
      keep(recent, sample, fine);
      if (atMs - (long.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) >= coarseEveryMs)
        keep(long, sample, coarse);
    },
    last(ms) {
      const to = recent.at(-1);
      const from = to === undefined ? undefined : atOrAfter([...long, ...recent], to.atMs - ms);
      return to === undefined || from === undefined || from === to ? null : growth(from, to);
    },
    steps: () => stepsOf(recent),
    longSteps: () => stepsOf(long),
    trailing: (spanMs) =>
      recent.slice(1).map((to) => growth(atOrAfter(recent, to.atMs - spanMs) ?? to, to)),
  };
}

function keep(samples: Sample[], sample: Sample, most: number): void {
  samples.push(sample);
  if (samples.length > most) samples.shift();
}

/** The earliest sample that is not before `atMs`: timers are a little late, hence the half second. */
function atOrAfter(samples: readonly Sample[], atMs: number): Sample | undefined {
  let found: Sample | undefined;
  for (const sample of samples)
    if (sample.atMs >= atMs - 500 && (found === undefined || sample.atMs < found.atMs))
      found = sample;
  return found;
}

function createSeries() {
  const indexes = new Map<string, number>();
  const byName = new Map<string, Series[]>();
  const keyOf = ({ name, labels }: Figure): string => `${name} ${JSON.stringify(labels)}`;
  const indexOf = (figure: Figure): number => {
    const key = keyOf(figure);
    const present = indexes.get(key);
    if (present !== undefined) return present;
    const index = indexes.size;
    indexes.set(key, index);
    const ofName = byName.get(figure.name) ?? [];
    ofName.push({ labels: figure.labels, index });
    byName.set(figure.name, ofName);
    return index;
  };
  return {
    indexOf,
    /** How many values a sample needs that holds these figures. */
    room(figures: readonly Figure[]): number {
      for (const figure of figures) indexOf(figure);
      return indexes.size;
    },
    of: (name: string): readonly Series[] => byName.get(name) ?? [],
  };
}

function growthOf(
  known: { readonly of: (name: string) => readonly Series[] },
  from: Sample,
  to: Sample,
): Growth {
  const grown = ({ index }: Series) => (to.values[index] ?? 0) - (from.values[index] ?? 0);
  const fitting = (name: string, labels: Labels) =>
    known
      .of(name)
      .filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
  return {
    fromMs: from.atMs,
    toMs: to.atMs,
    of: (name, labels = {}) =>
      fitting(name, labels).reduce((total, series) => total + grown(series), 0),
    by(name, label, labels = {}) {
      const found = new Map<string, number>();
      for (const series of fitting(name, labels)) {
        const value = series.labels[label] ?? "";
        found.set(value, (found.get(value) ?? 0) + grown(series));
      }
      return found;
    },
  };
}
