/** Points of a chart: a line each, over the same labels; null = not told. */
export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
}

const blocks = " ▏▎▍▌▋▊▉█";
const barWidth = 40;

/** Bars for a terminal, of the first series: a line a label. Pure. */
export function renderBars({ title, labels, series }: Chart): readonly string[] {
  const values = series[0]?.values ?? [];
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const width = Math.max(0, ...labels.map((label) => label.length));
  return [
    title,
    ...labels.map((label, at) => {
      const value = values[at] ?? null;
      const eighths = value === null ? 0 : Math.round((value / most) * barWidth * 8);
      const rest = blocks[eighths % 8]!.trim();
      const bar = `${"█".repeat(Math.floor(eighths / 8))}${rest}`;
      return `${label.padEnd(width)}  ${bar} ${value === null ? "–" : compact(value)}`;
    }),
  ];
}

function compact(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

const size = { width: 880, height: 360, left: 70, right: 170, top: 44, bottom: 46 } as const;
/** Told apart by people who see few colours (Okabe & Ito). */
const colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;

/** A line chart as SVG, readable by itself. Pure. */
export function renderSvg(chart: Chart): string {
  const { title, labels, series } = chart;
  const shown = series.slice(0, colors.length);
  const most = Math.max(1e-9, ...shown.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (at: number): number =>
    size.left + (at / Math.max(1, labels.length - 1)) * (size.width - size.left - size.right);
  const y = (value: number): number =>
    size.height - size.bottom - (value / most) * (size.height - size.top - size.bottom);
  const every = Math.max(1, Math.ceil(labels.length / 10));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${size.left}" y="24" font-size="16" font-weight="600">${escaped(title)}</text>`,
    ...[0, 0.5, 1].map((share) =>
      gridLine(y(share * most), compact(Math.round(share * most * 100) / 100)),
    ),
    ...labels.flatMap((label, at) =>
      at % every === 0
        ? [
            `<text x="${x(at).toFixed(1)}" y="${size.height - 20}" text-anchor="middle" fill="#555">${escaped(label)}</text>`,
          ]
        : [],
    ),
    ...shown.map(({ values }, at) => linesOf(values, x, y, colors[at] ?? "#000")),
    ...shown.map(({ name }, at) => legend(name, at)),
    "</svg>",
  ].join("\n");
}

function gridLine(y: number, label: string): string {
  return `<path d="M${size.left} ${y.toFixed(1)}H${size.width - size.right}" stroke="#ddd"/><text x="${size.left - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end" fill="#555">${label}</text>`;
}

/** A gap is a gap. */
function linesOf(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
  color: string,
): string {
  let path = "";
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    const isNew = at === 0 || (values[at - 1] ?? null) === null;
    path += `${isNew ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
  }
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>`;
}

function legend(name: string, at: number): string {
  const [x, y] = [size.width - size.right + 14, size.top + 18 * at];
  return `<rect x="${x}" y="${y}" width="12" height="4" fill="${colors[at]}"/><text x="${x + 18}" y="${y + 6}">${escaped(name)}</text>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
