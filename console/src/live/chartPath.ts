/** Where a live chart draws, in the units of its viewBox. */
export const chartBox = { width: 240, height: 72 } as const;

/** What the axis ends with: 1, 2 or 5 times a power of ten, so that a chart does not breathe with each second. Pure. */
export function ceilingOf(values: readonly (number | null)[]): number {
  const most = Math.max(0, ...values.filter((value) => value !== null));
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((one) => one * power >= most * 0.999_999) ?? 10;
  return step * power;
}

/**
 * A line through values, the newest at the right edge; `slots` is how many fit. Gaps (null) break it. Pure.
 */
export function linePath(
  values: readonly (number | null)[],
  ceiling: number,
  slots: number,
): string {
  const step = chartBox.width / Math.max(1, slots - 1);
  const first = slots - values.length;
  let path = "";
  let isOpen = false;
  values.forEach((value, index) => {
    if (value === null) {
      isOpen = false;
      return;
    }
    const x = (first + index) * step;
    const y = chartBox.height * (1 - Math.min(1, value / ceiling));
    path += `${isOpen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
  });
  return path;
}

/** The same line with the area below it; only for lines without gaps. Pure. */
export function areaPath(values: readonly number[], ceiling: number, slots: number): string {
  if (values.length < 2) return "";
  const step = chartBox.width / Math.max(1, slots - 1);
  const left = ((slots - values.length) * step).toFixed(1);
  const { width, height } = chartBox;
  return `${linePath(values, ceiling, slots)}L${width} ${height}L${left} ${height}Z`;
}
