import type { Zone } from "../../../sdk/src/generated.ts";

/** The département of a zone's first area, by its code; null where only a place's name or a point tells. Pure. */
export function departementOf({ include }: Pick<Zone, "include">): string | null {
  for (const area of include) {
    if (area.type === "departement") return area.code;
    const code =
      area.type === "commune"
        ? area.inseeCode
        : area.type === "postalCode"
          ? area.postalCode
          : null;
    // Corsican postal codes, 20…, name no département.
    if (code !== null && !(area.type === "postalCode" && code.startsWith("20")))
      return code.startsWith("97") || code.startsWith("98") ? code.slice(0, 3) : code.slice(0, 2);
  }
  return null;
}

/** The name at the beginning of a zone's label: "Limoges" of "Limoges et 10 km autour". Pure. */
export function townOfLabel(label: string): string {
  return label.split(/ et \d| \(|, /)[0]?.trim() ?? "";
}
