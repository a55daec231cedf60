import { learned, type Roles, validated } from "./splits.ts";

/**
 * What brings counts of all known trials back to what they were where the blend was chosen: there, fewer trials were known.
 * Otherwise whatever weighs a count would move the level of all predictions. Rests on no tested trial. 0 to 1; 1 where nothing is
 * known.
 */
export function countScale(roles: Roles): number {
  let [first, all] = [0, 0];
  for (const role of roles) {
    if (role === learned) first += 1;
    if (role === learned || role === validated) all += 1;
  }
  return first === 0 ? 1 : first / all;
}
