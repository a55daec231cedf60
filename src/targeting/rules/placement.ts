import { acceptsShape, type Scene } from "../scene.ts";
import type { CreativeShape } from "../segment/creativeShapes.ts";
import { advertiserIdAt, tierAt } from "../segment/heads.ts";
import { tradeOf } from "../segment/segment.ts";
import type { PlacementRule } from "./rule.ts";

export const formatRule: PlacementRule = {
  name: "format",
  passes: (scene, position, placement) =>
    shapesOf(scene, position).some((shape) => placement.formats.includes(shape.format)),
  figures: (scene, position, placement) => ({
    placementId: placement.id,
    wanted: placement.formats.join(", "),
    offered: [...new Set(shapesOf(scene, position).map((shape) => shape.format))].join(", "),
  }),
};

/** Images and HTML must have exactly one of the placement's sizes; native has none. */
export const sizeRule: PlacementRule = {
  name: "size",
  passes: (scene, position, placement) =>
    shapesOf(scene, position).some((shape) => acceptsShape(placement, shape)),
  figures: (scene, position, placement) => ({
    placementId: placement.id,
    wanted: placement.sizes.map((size) => size.join("x")).join(", "),
    offered: shapesOf(scene, position)
      .map((shape) => `${shape.width}x${shape.height}`)
      .join(", "),
  }),
};

/** The placement's owner refuses this advertiser, or its trade. */
export const blockedRule: PlacementRule = {
  name: "blocked_by_placement",
  passes: ({ segment }, position, placement) => {
    if (placement.blockedAdvertiserIds.length + placement.blockedTrades.length === 0) return true;
    return (
      !placement.blockedAdvertiserIds.includes(advertiserIdAt(segment.heads, position)) &&
      !placement.blockedTrades.includes(tradeOf(segment, position))
    );
  },
  figures: ({ segment }, position, placement) => ({
    placementId: placement.id,
    advertiserId: advertiserIdAt(segment.heads, position),
    trade: tradeOf(segment, position),
  }),
};

/** Worth at least the placement's floor; house ads fill what nobody pays for, whatever the floor. */
export const floorRule: PlacementRule = {
  name: "floor",
  passes: ({ segment }, position, placement, valueMicros) =>
    tierAt(segment.heads, position) === 0 || valueMicros >= placement.floorMicros,
  figures: (_scene, _position, placement, valueMicros) => ({
    placementId: placement.id,
    valueMicros,
    floorMicros: placement.floorMicros,
  }),
};

function shapesOf({ segment: { shapes } }: Scene, position: number): CreativeShape[] {
  const { starts, values } = shapes.byCampaign;
  const ids = values.subarray(starts[position], starts[position + 1]);
  return Array.from(ids, (shapeId) => shapes.shapes[shapeId]!);
}
