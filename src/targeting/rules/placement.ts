import { acceptsShape, type Scene } from "../scene.ts";
import type { CreativeShape } from "../segment/creativeShapes.ts";
import type { Placement } from "../types.ts";
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
  passes: ({ segment }, position, placement) =>
    !isBlocked(
      placement,
      segment.advertiserIds[position]!,
      segment.trades[segment.tradeIds[position]!]!,
    ),
  figures: ({ segment }, position, placement) => ({
    placementId: placement.id,
    advertiserId: segment.advertiserIds[position]!,
    trade: segment.trades[segment.tradeIds[position]!]!,
  }),
};

/** Worth at least the placement's floor; house ads fill what nobody pays for, whatever the floor. */
export const floorRule: PlacementRule = {
  name: "floor",
  passes: ({ segment }, position, placement, valueMicros) =>
    segment.tiers[position] === 0 || valueMicros >= placement.floorMicros,
  figures: (_scene, _position, placement, valueMicros) => ({
    placementId: placement.id,
    valueMicros,
    floorMicros: placement.floorMicros,
  }),
};

function isBlocked(placement: Placement, advertiserId: number, trade: string): boolean {
  return (
    placement.blockedAdvertiserIds.includes(advertiserId) || placement.blockedTrades.includes(trade)
  );
}

function shapesOf({ segment: { shapes } }: Scene, position: number): CreativeShape[] {
  const { starts, values } = shapes.byCampaign;
  const ids = values.subarray(starts[position], starts[position + 1]);
  return Array.from(ids, (shapeId) => shapes.shapes[shapeId]!);
}
