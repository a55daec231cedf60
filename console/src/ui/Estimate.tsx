import { Text } from "@mantine/core";
import { useWords } from "../words/language.ts";
import classes from "./Estimate.module.css";
import { uiWords } from "./words.ts";

interface EstimateProps {
  /** The figure and the bounds between which it lies in 95 of 100 cases. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly format: (value: number) => string;
  /** Draws the bounds to scale from 0 to here; absent = words only. */
  readonly scaleTo?: number | undefined;
  /** The bounds are of an older value: this one is said to be about right, and their room is kept. */
  readonly isNear?: boolean | undefined;
}

/** A figure that is not certain, with how uncertain it is: never the one without the other. */
export function Estimate({ value, low, high, format, scaleTo, isNear = false }: EstimateProps) {
  const t = useWords(uiWords);
  const told = { value: format(value), low: format(low), high: format(high) };
  return (
    <span className={classes.root}>
      <span className={classes.value}>{isNear ? t.near(told.value) : told.value}</span>
      {told.low !== told.high && (
        <Text component="span" size="xs" c="dimmed" {...(isNear && { className: classes.kept })}>
          {t.interval(told.low, told.high)}
        </Text>
      )}
      {scaleTo !== undefined && scaleTo > 0 && (
        <IntervalBar
          label={t.intervalLabel(told.value, told.low, told.high)}
          {...{ value, low, high, scaleTo }}
        />
      )}
    </span>
  );
}

interface BarProps {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly scaleTo: number;
}

function IntervalBar({ label, value, low, high, scaleTo }: BarProps) {
  const at = (figure: number) => Math.max(0, Math.min(100, (figure / scaleTo) * 100));
  return (
    <svg
      className={classes.bar}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect className={classes.track} x="0" y="3" width="100" height="2" />
      <rect
        className={classes.bounds}
        x={at(low)}
        y="1.5"
        width={Math.max(1, at(high) - at(low))}
        height="5"
      />
      <rect className={classes.point} x={Math.min(99, at(value))} y="0" width="1" height="8" />
    </svg>
  );
}
