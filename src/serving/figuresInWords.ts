import type { Rejection } from "../targeting/rejection.ts";

/** Figures of an explanation in words: "?" stands for one that is missing. */

/** A sentence for the shopkeeper and one for the developer. */
export interface Sentence {
  readonly fr: string;
  readonly en: string;
}

/** One of the figures of a rejection. */
export type Figure = Rejection["figures"][string] | undefined;

export function told(figure: Figure, otherwise = "?"): string {
  return figure === undefined || figure === null || figure === "" ? otherwise : String(figure);
}

export function statusFr(status: Figure): string {
  const names: Readonly<Record<string, string>> = {
    draft: "en brouillon",
    paused: "en pause",
    ended: "terminée",
  };
  return names[String(status)] ?? told(status);
}

export function deviceFr(deviceType: Figure): string {
  const names: Readonly<Record<string, string>> = {
    mobile: "téléphone",
    tablet: "tablette",
    desktop: "ordinateur",
    tv: "téléviseur",
    other: "autre ou inconnu",
  };
  return names[String(deviceType)] ?? told(deviceType);
}

const dayNames: readonly (readonly [string, string])[] = [
  ["lundi", "Monday"],
  ["mardi", "Tuesday"],
  ["mercredi", "Wednesday"],
  ["jeudi", "Thursday"],
  ["vendredi", "Friday"],
  ["samedi", "Saturday"],
  ["dimanche", "Sunday"],
];

/** An hour of the week, 0 = Monday 00:00: "mardi 6 h". */
export function hourFr(hourOfWeek: Figure): string {
  if (typeof hourOfWeek !== "number") return "?";
  return `${dayNames[Math.floor(hourOfWeek / 24)]?.[0] ?? "?"} ${hourOfWeek % 24} h`;
}

/** The same: "Tuesday 6:00". */
export function hourEn(hourOfWeek: Figure): string {
  if (typeof hourOfWeek !== "number") return "?";
  return `${dayNames[Math.floor(hourOfWeek / 24)]?.[1] ?? "?"} ${hourOfWeek % 24}:00`;
}

/** "Europe/Paris" → "Paris", "Indian/Reunion" → "Reunion". */
export function cityOf(timeZone: Figure): string {
  return told(timeZone).split("/").at(-1)?.replaceAll("_", " ") ?? "?";
}

const frenchDate = new Intl.DateTimeFormat("fr-FR", {
  dateStyle: "long",
  timeStyle: "short",
  timeZone: "Europe/Paris",
});
const frenchNumber = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const frenchEuros = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });

export function dateFr(timeMs: Figure): string {
  return typeof timeMs === "number" ? frenchDate.format(timeMs) : "?";
}

export function dateEn(timeMs: Figure): string {
  return typeof timeMs === "number" ? new Date(timeMs).toISOString() : "?";
}

export function percentFr(share: Figure): string {
  return typeof share === "number" ? `${frenchNumber.format(share * 100)} %` : "?";
}

export function percentEn(share: Figure): string {
  return typeof share === "number" ? `${Math.round(share * 1_000) / 10}%` : "?";
}

export function kilometresFr(meters: number): string {
  return `${frenchNumber.format(meters / 1_000)} km`;
}

/** 346691 → "346.7 km". */
export function kilometresEn(meters: number): string {
  return `${Math.round(meters / 100) / 10} km`;
}

export function eurosFr(micros: Figure): string {
  return typeof micros === "number" ? frenchEuros.format(micros / 1_000_000) : "?";
}

export function eurosEn(micros: Figure): string {
  return typeof micros === "number" ? `€${(micros / 1_000_000).toFixed(2)}` : "?";
}

export function versus(
  value: Figure,
  winning: Figure,
  euros: (micros: Figure) => string,
  against: string,
): string {
  if (typeof value !== "number" || typeof winning !== "number") return "";
  return ` (${euros(value)} ${against} ${euros(winning)})`;
}

export function durationFr(seconds: Figure): string {
  if (typeof seconds !== "number") return "?";
  if (seconds % 86_400 === 0) return `${seconds / 86_400} j`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${Math.ceil(seconds / 60)} min`;
}

/** "1 day", "12 hours", "30 minutes". */
export function durationEn(seconds: Figure): string {
  if (typeof seconds !== "number") return "?";
  const many = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (seconds % 86_400 === 0) return many(seconds / 86_400, "day");
  if (seconds % 3_600 === 0) return many(seconds / 3_600, "hour");
  return many(Math.ceil(seconds / 60), "minute");
}
