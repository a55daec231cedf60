import { insideArea } from "../serving/frenchPlaces.ts";

/** "à Angers", "au Mans", "aux Abymes", "à La Rochelle". Takes the official name of a commune. */
export function atPlace(name: string): string {
  if (name.startsWith("Le ")) return `au ${name.slice(3)}`;
  if (name.startsWith("Les ")) return `aux ${name.slice(4)}`;
  return `à ${name}`;
}

/** "dans l'Ain", "dans les Landes", "à Paris", "en Guadeloupe". Takes the official name of a département. */
export function insideDepartement(name: string): string {
  return insideArea(name) ?? atPlace(name);
}
