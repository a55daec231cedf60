/**
 * How long after the hand's move the page shows what came of it, as measures among the browser's
 * (`performance.getEntriesByName`): `atelier.hexagons` until the map has them, `atelier.figures` until figures for that very
 * zone are painted, nearly or exactly, `atelier.forecast` until they are the server's. Milliseconds.
 */
export type HandMeasure = "atelier.hexagons" | "atelier.figures" | "atelier.forecast";

const lastOf = new Map<HandMeasure, number>();

/** From `start` (by `performance.now()`) until now; what of the same move is drawn again is not measured again. */
export function measureNow(name: HandMeasure, start: number): void {
  if (lastOf.get(name) === start) return;
  lastOf.set(name, start);
  performance.measure(name, { start });
}

/** From `start` until the frame is painted that is being made. */
export function measurePainted(name: HandMeasure, start: number): void {
  if (lastOf.get(name) === start) return;
  // A message is heard after the frame that is under way, an animation frame would be the next one's.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    measureNow(name, start);
    port1.close();
  };
  port2.postMessage(null);
}
