import type { AdFormat } from "../targeting/types.ts";

export interface DemoPlacement {
  readonly code: string;
  readonly formats: readonly AdFormat[];
  readonly sizes: readonly (readonly [number, number])[];
  readonly floorMicros: number;
}

/** The page that asks for ads in the demo: one key, four slots. `list` is asked for three ads at a time. */
export const demoSite: {
  readonly name: string;
  readonly publicKey: string;
  readonly placements: readonly DemoPlacement[];
} = {
  name: "Site de démonstration",
  publicKey: "demo-site",
  placements: [
    { code: "top", formats: ["native", "image"], sizes: [[300, 250]], floorMicros: 500_000 },
    { code: "list", formats: ["native"], sizes: [], floorMicros: 500_000 },
    {
      code: "side",
      formats: ["image"],
      sizes: [
        [300, 600],
        [160, 600],
      ],
      floorMicros: 500_000,
    },
    {
      code: "banner",
      formats: ["image"],
      sizes: [
        [728, 90],
        [320, 50],
      ],
      floorMicros: 500_000,
    },
  ],
};
