import type { Creative } from "./types.ts";

/** What people call a creative: its title, else what its picture shows, else its size. Pure. */
export function creativeName(creative: Creative): string {
  if (creative.format === "native") return creative.title;
  if (creative.format === "image" && creative.alt !== "") return creative.alt;
  return `${creative.width} × ${creative.height}`;
}
