import { logitOf } from "../models/logit.ts";
import { forEachTrial, type TrialSource } from "../models/trials.ts";
import { learned, type Roles, tested, validated } from "./splits.ts";

/** Parts of the known time, by trials, by which it is told how levels follow each other. */
const parts = 20;
/** A level is that of so many parts; the one that is to be told follows it, over as many as the test has beside what is known. */
const recentParts = 4;
const nextParts = 5;

/**
 * What is to be added to logits whose level was set on the newest known trials. Where validation lies after what was learnt from,
 * its level stands for the one to come as far as, in the time before, a level that had left the mean stayed away from it: seasons
 * come back, trends go on. 0 = the level stays as it is. Only trials that are not tested are looked at.
 */
export function levelShift(source: TrialSource, roles: Roles): number {
  if (!isInOrder(roles)) return 0;
  const counts = countParts(source, roles);
  const apart = logitOfRate(counts.validated) - logitOfRate(counts.learned);
  return (persistenceOf(counts.parts) - 1) * apart;
}

interface Rate {
  rows: number;
  positives: number;
}

/** All that validates comes after all that is learnt from. */
function isInOrder(roles: Roles): boolean {
  return roles.includes(validated) && roles.indexOf(validated) > roles.lastIndexOf(learned);
}

function countParts(source: TrialSource, roles: Roles) {
  const rate = (): Rate => ({ rows: 0, positives: 0 });
  const counts = {
    learned: rate(),
    validated: rate(),
    parts: Array.from({ length: parts }, rate),
  };
  const known = roles.reduce((sum, role) => sum + (role === tested ? 0 : 1), 0);
  let seen = 0;
  forEachTrial(source, (batch, at, row) => {
    if (roles[row] === tested) return;
    const of = roles[row] === validated ? counts.validated : counts.learned;
    const part = counts.parts[Math.floor((seen++ * parts) / known)];
    for (const one of part === undefined ? [of] : [of, part]) {
      one.rows += 1;
      one.positives += batch.outcome[at] ?? 0;
    }
  });
  return counts;
}

/** 0 to 1: which share of a level's distance from the mean before was still there later, by least squares. */
function persistenceOf(rates: readonly Rate[]): number {
  let [products, squares] = [0, 0];
  for (let now = recentParts + 2; now + nextParts <= parts; now++) {
    const mean = logitOfRate(sumOf(rates.slice(0, now)));
    const recent = logitOfRate(sumOf(rates.slice(now - recentParts, now))) - mean;
    const next = logitOfRate(sumOf(rates.slice(now, now + nextParts))) - mean;
    products += recent * next;
    squares += recent * recent;
  }
  return squares === 0 ? 1 : Math.min(1, Math.max(0, products / squares));
}

function sumOf(rates: readonly Rate[]): Rate {
  return rates.reduce(
    (sum, { rows, positives }) => ({
      rows: sum.rows + rows,
      positives: sum.positives + positives,
    }),
    { rows: 0, positives: 0 },
  );
}

function logitOfRate({ rows, positives }: Rate): number {
  return logitOf((positives + 0.5) / (rows + 1));
}
