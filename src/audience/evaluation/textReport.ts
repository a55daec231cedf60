import type { Metrics } from "../models/metrics.ts";
import type { Evaluation, SplitEvaluation } from "./evaluateTrials.ts";
import { mayActivate } from "./mayActivate.ts";

const titles: Readonly<Record<keyof Evaluation, string>> = {
  warm: "Warm: each visitor's last 20 % of trials",
  cold: "Cold: the last 20 % of all trials in time",
};

/** The lines of a report for people: each split's figures beside its baselines', lift by decile, the gate's verdict. */
export function textReport(evaluation: Evaluation): readonly string[] {
  const { mayActivate: may, reasons } = mayActivate(evaluation);
  return [
    ...(["warm", "cold"] as const).flatMap((name) => splitLines(titles[name], evaluation[name])),
    may
      ? "The gate: this model may score visitors."
      : "The gate: this model may not score visitors.",
    ...reasons.map((reason) => `  ${reason}`),
  ];
}

function splitLines(title: string, split: SplitEvaluation): readonly string[] {
  const head = ["", "AUC", "± s.e.", "log loss", "± s.e.", "norm. entropy", "calibration"];
  const rows = [
    ["model", ...figures(split)],
    ...Object.entries(split.baselines).map(([name, metrics]) => [name, ...figures(metrics)]),
  ];
  const widths = head.map((text, column) =>
    Math.max(text.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return [
    title,
    `  ${split.rows} trials tested, ${split.positives} positive; ${split.trainingRows} learnt from`,
    `  model: ${split.model.chosen}, calibration: ${split.model.calibration}`,
    "",
    ...[head, ...rows].map((row) => `  ${line(row)}`),
    "",
    ...chart(split),
    "",
  ];
}

function figures(metrics: Metrics): readonly string[] {
  return [
    metrics.auc,
    metrics.aucStandardError,
    metrics.logLoss,
    metrics.logLossStandardError,
    metrics.normalizedEntropy,
    metrics.calibration,
  ].map((value) => (value === null ? "–" : value.toFixed(4)));
}

const barWidth = 40;

/** Lift by decile: how often the outcome came, over how often it came overall. */
function chart({ calibrationByDecile }: SplitEvaluation): readonly string[] {
  if (calibrationByDecile.length === 0) return ["  Nothing was tested."];
  const most = Math.max(1, ...calibrationByDecile.map(({ lift }) => lift ?? 0));
  const lines = calibrationByDecile.map(({ lift, predicted, observed }, index) => {
    const bar = "█".repeat(Math.round(((lift ?? 0) / most) * barWidth)).padEnd(barWidth);
    return `  ${String(index + 1).padStart(2)}  ${bar}  ${(lift ?? 0).toFixed(2).padStart(5)}  ${predicted.toFixed(4)}  ${observed.toFixed(4)}`;
  });
  return [`  tenth by prediction${" ".repeat(barWidth - 13)}lift  predicted  observed`, ...lines];
}
