import type { Decile, Metrics } from "../models/metrics.ts";
import type { Evaluation, SplitEvaluation } from "./evaluateTrials.ts";
import { mayActivate } from "./mayActivate.ts";

/** The report as a page of its own, with lift and calibration by decile drawn as SVG. */
export function htmlReport(evaluation: Evaluation, title: string): string {
  const { mayActivate: may, reasons } = mayActivate(evaluation);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1b1a; }
table { border-collapse: collapse; } th, td { padding: .25rem .75rem; text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; } tr:nth-child(2) { font-weight: 600; } figure { margin: 1rem 0; }
</style>
<h1>${escaped(title)}</h1>
<p><strong>${may ? "This model may score visitors." : "This model may not score visitors."}</strong></p>
<ul>${reasons.map((reason) => `<li>${escaped(reason)}</li>`).join("")}</ul>
${section("Warm: each visitor’s last 20 % of trials", evaluation.warm)}
${section("Cold: the last 20 % of all trials in time", evaluation.cold)}
</html>
`;
}

function section(title: string, split: SplitEvaluation): string {
  const rows = [["model", split] as const, ...Object.entries(split.baselines)];
  return `<h2>${title}</h2>
<p>${split.rows} trials tested, ${split.positives} positive; ${split.trainingRows} learnt from. Model: ${escaped(split.model.chosen)}; calibration: ${split.model.calibration}.</p>
<table><tr><th></th><th>AUC</th><th>± s.e.</th><th>log loss</th><th>± s.e.</th><th>normalised entropy</th><th>calibration</th></tr>
${rows.map(([name, metrics]) => `<tr><td>${escaped(name)}</td>${cells(metrics)}</tr>`).join("\n")}
</table>
${chart(split.calibrationByDecile)}`;
}

function cells(metrics: Metrics): string {
  return [
    metrics.auc,
    metrics.aucStandardError,
    metrics.logLoss,
    metrics.logLossStandardError,
    metrics.normalizedEntropy,
    metrics.calibration,
  ]
    .map((value) => `<td>${value === null ? "–" : value.toFixed(4)}</td>`)
    .join("");
}

const chartWidth = 640;
const chartHeight = 240;
const step = chartWidth / 10;

/** A bar for the rate that each tenth of the trials had, a dot for the rate that was predicted of it. */
function chart(deciles: readonly Decile[]): string {
  if (deciles.length === 0) return "<p>Nothing was tested.</p>";
  const most = Math.max(
    1e-9,
    ...deciles.flatMap(({ predicted, observed }) => [predicted, observed]),
  );
  const y = (rate: number): string => (chartHeight - (rate / most) * (chartHeight - 20)).toFixed(1);
  const marks = deciles.map(({ predicted, observed, lift }, index) => {
    const x = index * step;
    return `<rect x="${x + 8}" y="${y(observed)}" width="${step - 16}" height="${((observed / most) * (chartHeight - 20)).toFixed(1)}" fill="#d9602b"/><circle cx="${x + step / 2}" cy="${y(predicted)}" r="4" fill="#1c1b1a"/><text x="${x + step / 2}" y="${chartHeight + 16}" text-anchor="middle" font-size="12">×${(lift ?? 0).toFixed(2)}</text>`;
  });
  return `<figure><svg viewBox="0 0 ${chartWidth} ${chartHeight + 24}" width="100%" role="img" aria-label="Lift by tenth of the trials, lowest predictions first">${marks.join("")}</svg>
<figcaption>Tenths of the trials, lowest predictions first: bars are the rates that came, dots those that were predicted, below them the lift over the overall rate.</figcaption></figure>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
