import { writeFile } from "node:fs/promises";
import { warehouseOf } from "../compose/warehouse.ts";
import { type Environment, parseConfig } from "../config.ts";
import { openWarehouse } from "../jobs/openWarehouse.ts";
import type { RunStatement } from "../jobs/warehousePorts.ts";
import { chartOf, type Question } from "../reports/analysis/chartOf.ts";
import { renderBars, renderSvg } from "../reports/analysis/renderChart.ts";
import { type Row, renderCsv, renderTable } from "../reports/analysis/renderTable.ts";
import { createDemandPanel, forecastDemand } from "../reports/demand/forecastDemand.ts";
import { mergeDemand } from "../reports/demand/mergeDemand.ts";
import { weekOf } from "../reports/demand/weeks.ts";
import { SetupError } from "../setupError.ts";
import { type Asked, parseAsked } from "./analyseArguments.ts";

type Say = (line: string) => void;

/**
 * `analyse QUESTION [--category C] [--departement D] [--from DAY] [--to DAY] [--json | --csv | --svg FILE]`: asks the lake, or
 * Redshift where the settings name one. Nothing of it is about fewer than 50 people.
 */
export async function analyse(
  environment: Environment,
  args: readonly string[],
  say: Say,
): Promise<void> {
  const asked = parseAsked(args, Date.now());
  const place = warehouseOf(parseConfig(environment, "analyse"));
  if (place === null)
    throw new SetupError(
      "There is no lake here yet: run `npm start` for a while, import files, or name a Redshift.",
    );
  const warehouse = await openWarehouse(place);
  try {
    const rows = await answer(warehouse.runStatement, asked);
    await show(asked, rows, warehouse.name, say);
  } finally {
    warehouse.close();
  }
}

async function answer(run: RunStatement, asked: Asked): Promise<readonly Row[]> {
  const { question, category, departement, from, to } = asked;
  const parameters = { category, departement, from, to };
  if (question === "forecast") return forecastRows(run, asked);
  const rows = await run(question, parameters);
  if (question !== "retention") return rows;
  return rows.map((row) => ({ ...row, share: Number(row.people) / Number(row.cohort_people) }));
}

/** A row a week, with the backtest beside it; a refused one is a row without figures. */
async function forecastRows(run: RunStatement, asked: Asked): Promise<readonly Row[]> {
  const { category, departement, from, to } = asked;
  const [first, end] = [weekOf(Date.parse(from)), weekOf(Date.parse(to))];
  const all = { category: "*", departement: "*", from: first, to: end };
  const cells = (await run("demand", all)).map((row) => ({
    week: String(row.week),
    category: String(row.category),
    departement: String(row.departement),
    events: Number(row.events),
  }));
  const panel = createDemandPanel(mergeDemand([], cells, { from: first, to: end }), end);
  const wanted = panel.series.filter(
    (one) => (category === "*" || one.category === category) && one.departement === departement,
  );
  return wanted.flatMap((series) => {
    const { refusal, weeks, backtest } = forecastDemand(panel, series);
    const told = {
      category: series.category,
      departement: series.departement,
      refusal,
      wape: backtest?.wape ?? null,
      naive_wape: backtest?.naiveWape ?? null,
      mase: backtest?.mase ?? null,
      coverage: backtest?.coverage ?? null,
    };
    const rows = weeks.length > 0 ? weeks : [{ week: "–", expected: null, low: null, high: null }];
    return rows.map(({ week, expected, low, high }) => ({ week, expected, low, high, ...told }));
  });
}

const mostRows = 60;

async function show(
  { question, format, file }: Asked,
  rows: readonly Row[],
  from: string,
  say: Say,
): Promise<void> {
  if (format !== "text") {
    const text =
      format === "json" ? JSON.stringify(rows, null, 1) : formatted(question, format, rows);
    if (file === null) return say(text.trimEnd());
    await writeFile(file, text);
    return say(`${rows.length} rows of ${from} are in ${file}`);
  }
  if (rows.length === 0)
    return say(`${from} tells nothing of that: no group of 50 people did it in these days.`);
  for (const line of renderTable(rows.slice(0, mostRows))) say(line);
  if (rows.length > mostRows)
    say(`… ${rows.length - mostRows} more rows: --csv FILE or --json FILE has them all`);
  const chart = chartOf(question as Question, rows);
  const [largest] = chart.series;
  say("");
  for (const line of renderBars({ ...chart, title: `${chart.title}: ${largest?.name ?? ""}` }))
    say(line);
}

function formatted(question: Question, format: "csv" | "svg", rows: readonly Row[]): string {
  return format === "csv" ? renderCsv(rows) : renderSvg(chartOf(question, rows));
}
