import type { Creative } from "./types.ts";

/** What people call a creative: its title, else what its picture shows and its size, which tells banners apart. Pure. */
export function creativeName(creative: Creative): string {
  if (creative.format === "native") return creative.title;
  const size = `${creative.width} × ${creative.height}`;
  return creative.format === "image" && creative.alt !== "" ? `${creative.alt} (${size})` : size;
}
