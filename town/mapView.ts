import { el, number, svg } from "./dom.ts";
import type { Point, SeenPlace } from "./seen.ts";
import { words } from "./words.ts";

const width = 340;
const height = 200;
const margin = 14;

/** The cell that the server placed the visitor in, its neighbours and the communes there. */
export function mapView(place: SeenPlace): HTMLElement {
  const { source, label, accuracyMeters } = place;
  const named = words.sources[source as keyof typeof words.sources] ?? source;
  const accuracy = accuracyMeters === null ? "" : ` · ${words.precision(lengthOf(accuracyMeters))}`;
  return el(
    "figure",
    { class: "map" },
    drawMap(place),
    el("figcaption", {}, el("b", { class: "place-name" }, label), ` ${named}${accuracy}`),
  );
}

const lengthOf = (meters: number): string =>
  meters < 1_000 ? `${number(meters)}\u00a0m` : `${number(Math.round(meters / 100) / 10)}\u00a0km`;

function drawMap({ boundary, around, towns, label }: SeenPlace): SVGElement {
  const project = createProjection(boundary);
  const path = (points: readonly Point[]): string =>
    `M${points
      .map((point) =>
        project(point)
          .map((one) => one.toFixed(1))
          .join(" "),
      )
      .join("L")}Z`;
  const shown = towns
    .map((town) => ({ ...town, point: project(town.at) }))
    .filter(({ point: [x, y] }) => x > 4 && x < width - 4 && y > 8 && y < height - 4);
  const named = withRoom(shown.map(({ name, point }) => ({ name, point })));
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ...around.map((one) => svg("path", { d: path(one), class: "neighbour" })),
    svg("path", { d: path(boundary), class: "cell" }),
    ...shown.map(({ point: [x, y], population }) => {
      const radius = Math.min(5, 1.6 + Math.sqrt(population) / 120);
      return svg("circle", { cx: x, cy: y, r: radius, class: "town" });
    }),
    ...named.map(nameView),
  );
}

interface Named {
  readonly name: string;
  readonly point: readonly [number, number];
}

const lineHeight = 13;
const letterWidth = 6.2;
const mostNames = 6;

/** Names of the largest, as long as they do not lie on each other. */
function withRoom(towns: readonly Named[]): readonly Named[] {
  const kept: Named[] = [];
  for (const town of towns) {
    const [left, right] = extentOf(town);
    const isFree = kept.every((other) => {
      const [otherLeft, otherRight] = extentOf(other);
      const isBeside = right < otherLeft || left > otherRight;
      return isBeside || Math.abs(town.point[1] - other.point[1]) > lineHeight;
    });
    if (isFree && kept.length < mostNames) kept.push(town);
  }
  return kept;
}

const isAtRight = ({ name, point: [x] }: Named): boolean =>
  x + 8 + name.length * letterWidth > width - 4;

function extentOf(town: Named): readonly [number, number] {
  const [x] = town.point;
  const across = 8 + town.name.length * letterWidth;
  return isAtRight(town) ? [x - across, x] : [x, x + across];
}

function nameView(town: Named): SVGElement {
  const [x, y] = town.point;
  const isRight = isAtRight(town);
  const at = { x: isRight ? x - 8 : x + 8, y: y + 4, "text-anchor": isRight ? "end" : "start" };
  return svg("text", at, town.name);
}

/** Around the cell, so that it takes some third of the map. */
function createProjection(boundary: readonly Point[]): (point: Point) => readonly [number, number] {
  const lats = boundary.map(([lat]) => lat);
  const lons = boundary.map(([, lon]) => lon);
  const middleLat = (Math.min(...lats) + Math.max(...lats)) / 2;
  const middleLon = (Math.min(...lons) + Math.max(...lons)) / 2;
  const narrow = Math.cos((middleLat * Math.PI) / 180);
  const across = (Math.max(...lons) - Math.min(...lons)) * narrow;
  const up = Math.max(...lats) - Math.min(...lats);
  const scale = Math.min((width - 2 * margin) / (across * 2.6), (height - 2 * margin) / (up * 1.7));
  return ([lat, lon]) => [
    width / 2 + (lon - middleLon) * narrow * scale,
    height / 2 - (lat - middleLat) * scale,
  ];
}
