import type { SignalModel } from "./trialSignals.ts";
import { forEachScattered, forEachTrial, type TrialBatch, type TrialSource } from "./trials.ts";

/** Several models of signals as one. */
export interface Signals {
  readonly names: readonly string[];
  /**
   * Goes through the source once more, and hands over the signals of the trials that `wanted` says. What rests on the recent
   * past sees at each of them what was learnt from and came before. To be called once.
   */
  readonly forEachTrial: (
    wanted: (row: number) => boolean,
    handle: (signals: Float64Array, batch: TrialBatch, at: number) => void,
  ) => void;
}

/**
 * Lets models of signals learn from the trials that `learns` says, going through the source as often as the most patient of
 * them needs.
 */
export function learnSignals(
  source: TrialSource,
  models: readonly SignalModel[],
  learns: (row: number) => boolean,
): Signals {
  const passes = Math.max(...models.map((model) => model.passes));
  for (let pass = 0; pass < passes; pass++) {
    const learning = models.filter((model) => pass < model.passes);
    const forEach = pass === 0 ? forEachTrial : forEachScattered;
    forEach(source, (batch, at, row) => {
      if (!learns(row)) return;
      for (const model of learning) model.learn(batch, at);
    });
    for (const model of learning) model.endPass();
  }
  const names = models.flatMap((model) => model.names);
  return {
    names,
    forEachTrial(wanted, handle) {
      const signals = new Float64Array(names.length);
      forEachTrial(source, (batch, at, row) => {
        if (learns(row)) for (const model of models) model.follow?.(batch, at);
        if (!wanted(row)) return;
        writeAll(models, batch, at, signals);
        handle(signals, batch, at);
      });
    },
  };
}

function writeAll(
  models: readonly SignalModel[],
  batch: TrialBatch,
  at: number,
  signals: Float64Array,
): void {
  let offset = 0;
  for (const model of models) {
    model.write(batch, at, signals, offset);
    offset += model.names.length;
  }
}
