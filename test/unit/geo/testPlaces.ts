import { readPlaces } from "../../../src/stores/files/places.ts";

/** The real table: loaded once for each test file. */
export const places = readPlaces();

/** Points that tests roam around: towns, islands, both sides of the antimeridian. */
export const corners = [
  { name: "Limoges", lat: 45.8336, lon: 1.2476 },
  { name: "Paris", lat: 48.8566, lon: 2.3522 },
  { name: "Lille at the border", lat: 50.633, lon: 3.0586 },
  { name: "Bastia", lat: 42.7, lon: 9.45 },
  { name: "Saint-Denis de La Réunion", lat: -20.8823, lon: 55.4504 },
  { name: "Saint-Pierre", lat: 46.7791, lon: -56.1773 },
  { name: "Wallis", lat: -13.2816, lon: -176.1745 },
  { name: "Papeete", lat: -17.5347, lon: -149.5684 },
  { name: "Nouméa", lat: -22.2741, lon: 166.4488 },
  { name: "the sea between Wallis and Fiji", lat: -13.5, lon: 179.9 },
] as const;
