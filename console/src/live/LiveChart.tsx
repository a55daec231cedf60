import { areaPath, ceilingOf, chartBox, linePath } from "./chartPath.ts";
import classes from "./live.module.css";

export interface Line {
  readonly values: readonly (number | null)[];
  /** How it is drawn; the strongest is what is looked at first. */
  readonly weight: "strong" | "middle" | "faint";
  readonly isFilled?: boolean;
}

interface LiveChartProps {
  readonly lines: readonly Line[];
  /** What it says, for who does not see it. */
  readonly label: string;
  /** The axis' end, as people read it. */
  readonly tell: (value: number) => string;
}

/** So many seconds are drawn. */
const slots = 60;

/** A minute of seconds. Some path data that changes once a second: nothing is animated, nothing can stutter. */
export function LiveChart({ lines, label, tell }: LiveChartProps) {
  const ceiling = ceilingOf(lines.flatMap(({ values }) => values));
  const { width, height } = chartBox;
  return (
    <div className={classes.chart}>
      <span className={classes.ceiling} aria-hidden>
        {tell(ceiling)}
      </span>
      <svg
        viewBox={`0 -2 ${width} ${height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <line className={classes.axis} x1="0" x2={width} y1={height} y2={height} />
        <line className={classes.grid} x1="0" x2={width} y1="0" y2="0" />
        {lines.map(({ values, weight, isFilled = false }) => (
          <g key={weight} data-weight={weight} className={classes.line}>
            {isFilled && (
              <path
                className={classes.area}
                d={areaPath(
                  values.map((value) => value ?? 0),
                  ceiling,
                  slots,
                )}
              />
            )}
            <path d={linePath(values, ceiling, slots)} />
          </g>
        ))}
      </svg>
    </div>
  );
}
