/** A yearly pattern in logarithms: what each week of a panel adds to the level. Its mean over a year is 0. */
export type Seasonality = readonly number[];

/** Sines and cosines of 1 to `harmonics` turns a year, of each week; made once for all fits. */
export interface YearBasis {
  readonly harmonics: number;
  /** By week: sin, cos of one turn, then of two …. */
  readonly rows: readonly Float64Array[];
}

export function createYearBasis(phases: readonly number[], harmonics: number): YearBasis {
  const rows = phases.map((phase) => {
    const turn = (at: number): number => 2 * Math.PI * (1 + Math.floor(at / 2)) * phase;
    return Float64Array.from({ length: 2 * harmonics }, (_, at) =>
      at % 2 === 0 ? Math.sin(turn(at)) : Math.cos(turn(at)),
    );
  });
  return { harmonics, rows };
}

export interface HarmonicsOptions {
  /** Sines and cosines of 1 to so many turns a year; at most those of the basis. */
  readonly harmonics: number;
  /** How strongly each is drawn to 0: that many observations' worth, at the largest. */
  readonly ridge: number;
}

/**
 * The yearly pattern of a series in logarithms, by ridge regression on sines and cosines beside a level and a straight trend,
 * which are free; for every week of the basis, those after the series too. Nulls are left out. Without a year of weeks there
 * is none to see.
 */
export function fitSeasonality(
  logs: readonly (number | null)[],
  basis: YearBasis,
  { harmonics, ridge }: HarmonicsOptions,
): Seasonality {
  const known = logs.reduce((count: number, value) => count + (value === null ? 0 : 1), 0);
  if (known < 52) return basis.rows.map(() => 0);
  const { matrix, right } = normalEquations(logs, basis, harmonics);
  for (let i = 2; i < matrix.length; i++)
    // Fast turns are seldom real.
    matrix[i]![i]! += (ridge * Math.ceil((i - 1) / 2)) / harmonics;
  const weights = solve(matrix, right);
  return basis.rows.map((row) => {
    let sum = 0;
    for (let i = 0; i < 2 * harmonics; i++) sum += weights[i + 2]! * row[i]!;
    return sum;
  });
}

function normalEquations(
  logs: readonly (number | null)[],
  { rows }: YearBasis,
  harmonics: number,
): { readonly matrix: readonly Float64Array[]; readonly right: Float64Array } {
  const size = 2 + 2 * harmonics;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[0] = 1;
  for (let at = 0; at < logs.length; at++) {
    const value = logs[at]!;
    if (value === null) continue;
    row[1] = at / logs.length;
    for (let i = 2; i < size; i++) row[i] = rows[at]![i - 2]!;
    for (let i = 0; i < size; i++) {
      right[i]! += row[i]! * value;
      const line = matrix[i]!;
      for (let j = 0; j <= i; j++) line[j]! += row[i]! * row[j]!;
    }
  }
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) matrix[i]![j] = matrix[j]![i]!;
  return { matrix, right };
}

/** Gauss with pivots. A column that says nothing gets weight 0. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[best]![column]!)) best = i;
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivot = rows[column]![column]!;
    if (Math.abs(pivot) < 1e-12) continue;
    for (let i = 0; i < size; i++) {
      const factor = i === column ? 0 : rows[i]![column]! / pivot;
      if (factor === 0) continue;
      for (let j = column; j <= size; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  return Float64Array.from(rows, (row, i) =>
    Math.abs(row[i]!) < 1e-12 ? 0 : row[size]! / row[i]!,
  );
}
