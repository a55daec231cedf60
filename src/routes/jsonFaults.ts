import type { FieldProblem } from "../errors.ts";

/** Containers inside containers that a body may have. A GeoJSON multipolygon inside a campaign needs ten. */
export const maxBodyDepth = 32;
/** Values in a body, at any depth: a zone of ten thousand vertices has some thirty thousand. */
export const maxBodyValues = 60_000;
/** Keys of one object. Validators look at each of them, and tell of each that nobody knows. */
export const maxObjectKeys = 1_000;

/**
 * Looks for what JSON allows and no room of ours wants: nesting beyond `maxBodyDepth`, more than `maxBodyValues` values or
 * `maxObjectKeys` keys, keys that reach an object's prototype when copied carelessly, numbers beyond a double (1e999), lone
 * surrogates and U+0000 in strings (PostgreSQL refuses both). Returns the first one found, or null. Linear in the size of
 * the value.
 */
export function findJsonFault(value: unknown): FieldProblem | null {
  const found = inspect(value, 0, { left: maxBodyValues });
  if (found === null) return null;
  const path = found.path.reverse().map((step) => `/${escapePointerStep(step)}`);
  return { pointer: path.join(""), rule: found.rule };
}

/** Escapes one step of a JSON pointer (RFC 6901) and shortens one that a caller made absurdly long. */
export function escapePointerStep(step: string): string {
  const short = step.length > 64 ? `${step.slice(0, 64)}…` : step;
  return short.toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1");
}

interface Fault {
  /** Innermost step first. */
  readonly path: string[];
  readonly rule: string;
}

/** How many values may still come. */
interface Budget {
  left: number;
}

function inspect(value: unknown, depth: number, budget: Budget): Fault | null {
  budget.left -= 1;
  if (budget.left < 0) return fault(`must hold at most ${maxBodyValues} values in all`);
  if (typeof value === "string") return inspectText(value);
  if (typeof value === "number") {
    return Number.isFinite(value) ? null : fault("must be a finite number");
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth >= maxBodyDepth) return fault(`must not nest deeper than ${maxBodyDepth} levels`);
  return Array.isArray(value)
    ? inspectArray(value, depth, budget)
    : inspectObject(value, depth, budget);
}

function inspectArray(items: readonly unknown[], depth: number, budget: Budget): Fault | null {
  for (let index = 0; index < items.length; index += 1) {
    const found = inspect(items[index], depth + 1, budget);
    if (found !== null) return within(found, String(index));
  }
  return null;
}

function inspectObject(value: object, depth: number, budget: Budget): Fault | null {
  const keys = Object.keys(value);
  if (keys.length > maxObjectKeys) return fault(`must have at most ${maxObjectKeys} keys`);
  for (const key of keys) {
    const member = (value as Record<string, unknown>)[key];
    const found = inspectKey(key) ?? inspect(member, depth + 1, budget);
    if (found !== null) return within(found, key);
  }
  return null;
}

function inspectKey(key: string): Fault | null {
  if (key === "__proto__" || key === "constructor" || key === "prototype") {
    return fault("must not be used as a key");
  }
  return inspectText(key);
}

function inspectText(text: string): Fault | null {
  if (!text.isWellFormed()) return fault("must be valid Unicode (it holds a lone surrogate)");
  if (text.includes("\u0000")) return fault("must not hold the character U+0000");
  return null;
}

function fault(rule: string): Fault {
  return { path: [], rule };
}

function within(found: Fault, step: string): Fault {
  found.path.push(step);
  return found;
}
