import type { Rejection, RejectionRule } from "../rejection.ts";
import type { Scene } from "../scene.ts";
import type { Placement } from "../types.ts";

export type Figures = Rejection["figures"];

/**
 * One reason not to show a campaign. `passes` runs for every campaign that is visited: it reads columns and allocates
 * nothing. `figures` says, of a refused campaign, what the rule looked at.
 */
export interface Rule {
  readonly name: RejectionRule;
  /** Bits of `traits`: the search asks the rule only of campaigns that have one of them; 0 = of all. */
  readonly traits: number;
  passes(scene: Scene, position: number): boolean;
  figures(scene: Scene, position: number): Figures;
}

/** The same for a campaign on one placement; `valueMicros` is what the campaign is worth to the request. */
export interface PlacementRule {
  readonly name: RejectionRule;
  passes(scene: Scene, position: number, placement: Placement, valueMicros: number): boolean;
  figures(scene: Scene, position: number, placement: Placement, valueMicros: number): Figures;
}
