import { mixHash } from "../../targeting/hash.ts";
import type { ForecastFigure, PeopleFigure } from "./forecastTypes.ts";

/** Fewer people than this are not shown. */
export const leastPeople = 50;
/** Each atom's people are off by up to this much, always by the same for the same people. */
const atomNoise = 20;

/** Figures are rounded to the nearest, their bounds outwards. */
export type Rounding = (value: number) => number;

/** Of one atom's noise. */
export const stickyNoiseVariance = (2 * atomNoise) ** 2 / 12;

/** Two significant digits; nothing finer than tens from 50 on. */
export function roundCount(count: number, to: Rounding = Math.round): number {
  if (!(count > 0)) return 0;
  const digits = count >= 10 ? Math.floor(Math.log10(count)) - 1 : 0;
  const step = 10 ** Math.max(0, digits);
  return to(count / step) * step;
}

/**
 * Of people two significant digits up to 1,000, then to the nearest 50, as reports tell them, and three digits from 10,000 on.
 * What protects groups is how many people a step holds, not which share of them.
 */
export function roundPeople(people: number, to: Rounding = Math.round): number {
  if (people < 1_000) return roundCount(people, to);
  const step = people < 10_000 ? leastPeople : 10 ** (Math.floor(Math.log10(people)) - 2);
  return to(people / step) * step;
}

/** Three significant digits, as money is told. */
export function roundMicros(micros: number, to: Rounding = Math.round): number {
  if (!(micros > 0)) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(micros)) - 2);
  return to(micros / step) * step;
}

export function roundShare(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100) / 100;
}

/** A figure with its relative standard deviation, as bounds at 95 % that never fall below 0. */
export function figureOf(
  value: number,
  relativeError: number,
  round: (value: number, to?: Rounding) => number = roundCount,
): ForecastFigure {
  const factor = Math.exp(1.96 * relativeError);
  const [low, high] = [value / factor, value * factor];
  return { value: round(value), low: round(low, Math.floor), high: round(high, Math.ceil) };
}

export function peopleFigureOf(people: number, relativeError: number): PeopleFigure {
  // One bound for all of them: it tells nothing. Of whole groups or none, some more may be there.
  if (people < leastPeople) return { value: null, low: 0, high: 2 * leastPeople };
  const { value, low, high } = figureOf(people, relativeError, roundPeople);
  return { value, low: low < leastPeople ? 0 : low, high };
}

/** "About 20": one digit; below 5 it is not said how many. */
export function roundCompetition(campaigns: number): number {
  if (campaigns < 5) return 0;
  const step = 10 ** Math.floor(Math.log10(campaigns));
  return Math.round(campaigns / step) * step;
}

/**
 * Noise that belongs to one set of people in one atom: the same set has the same noise whatever was asked, so that asking
 * again, or adding other places, averages nothing out.
 */
export function stickyNoise(salt: number, atom: number, setHash: number): number {
  const chance = mixHash(mixHash(salt, atom), setHash) / 0x1_0000_0000;
  return atomNoise * (2 * chance - 1);
}
