import { Text, useComputedColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { cellToBoundary } from "h3-js";
import { useMemo } from "react";
import { useWords } from "../words/language.ts";
import type { AtelierMapProps } from "./AtelierMap.tsx";
import { type BaseMap, readBaseMap } from "./baseMap.ts";
import type { MapPicture } from "./createMap.ts";
import classes from "./map.module.css";
import { palettes } from "./mapStyle.ts";
import { mapWords } from "./mapWords.ts";
import { type Bounds, boundsOf, franceBounds, type LonLat } from "./outlines.ts";

/** The zone as a drawing, where a browser has no WebGL: hexagons, border and the towns around; it does not move. */
export function PlainMap({ picture, view }: AtelierMapProps) {
  const t = useWords(mapWords);
  const base = useQuery({ queryKey: ["map.base"], queryFn: readBaseMap, staleTime: Infinity });
  const palette = palettes[useComputedColorScheme("light")];
  const frame = boundsOf(picture.rings.flat()) ?? view ?? franceBounds;
  const project = useMemo(() => projection(frame), [frame]);
  return (
    <>
      <svg
        className={classes.plain}
        viewBox={`0 0 ${side} ${side}`}
        preserveAspectRatio="xMidYMid slice"
        style={{ background: palette.land }}
        aria-hidden="true"
      >
        <g fillOpacity={0.78} stroke={palette.land} strokeWidth={0.6}>
          {picture.cells.map(({ cell, shade }) => (
            <path
              key={cell}
              d={pathOf(cellToBoundary(cell, true) as unknown as readonly LonLat[], project)}
              fill={shade === null ? palette.unknown : shadeOf(shade, palette.ramp)}
            />
          ))}
        </g>
        <Borders picture={picture} project={project} colours={palette} />
        {base.data !== undefined && (
          <Names base={base.data} frame={frame} project={project} colour={palette.name} />
        )}
      </svg>
      <Text className={classes.help} style={{ opacity: 1 }}>
        {t.plain}
      </Text>
    </>
  );
}

const side = 600;
const margin = 0.25;
type Project = (point: LonLat) => readonly [number, number];

/** Web Mercator, the bounds in the middle with room around them. */
function projection({ west, south, east, north }: Bounds): Project {
  const top = mercator(north);
  const bottom = mercator(south);
  const span = Math.max(east - west, top - bottom) * (1 + 2 * margin);
  const middle = { x: (west + east) / 2, y: (top + bottom) / 2 };
  return ([lon, lat]) => [
    side * (0.5 + (lon - middle.x) / span),
    side * (0.5 - (mercator(lat) - middle.y) / span),
  ];
}

/** In degrees, as longitudes are. */
const mercator = (lat: number): number =>
  (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI;

function pathOf(points: readonly LonLat[], project: Project): string {
  const steps = points.map((point) =>
    project(point)
      .map((value) => value.toFixed(1))
      .join(" "),
  );
  return `M${steps.join("L")}Z`;
}

const shadeOf = (shade: number, ramp: readonly [string, string, string]): string =>
  shade < 1 / 3 ? ramp[0] : shade < 2 / 3 ? ramp[1] : ramp[2];

function Borders({
  picture: { rings, holes, pin },
  project,
  colours,
}: {
  readonly picture: MapPicture;
  readonly project: Project;
  readonly colours: { readonly zone: string; readonly hole: string };
}) {
  const at = pin === null ? null : project([pin.lon, pin.lat]);
  return (
    <g fill="none" strokeWidth={2}>
      <path d={rings.map((ring) => pathOf(ring, project)).join("")} stroke={colours.zone} />
      <path d={holes.map((ring) => pathOf(ring, project)).join("")} stroke={colours.hole} />
      {at !== null && <circle cx={at[0]} cy={at[1]} r={6} fill={colours.zone} stroke="#fff" />}
    </g>
  );
}

const mostNames = 14;

function Names({
  base,
  frame,
  project,
  colour,
}: {
  readonly base: BaseMap;
  readonly frame: Bounds;
  readonly project: Project;
  readonly colour: string;
}) {
  const near = base.names.features.filter(({ geometry: { coordinates } }) => {
    const [lon = 0, lat = 0] = coordinates;
    return lon > frame.west && lon < frame.east && lat > frame.south && lat < frame.north;
  });
  return (
    <g fill={colour} fontSize={13} textAnchor="middle">
      {near.slice(0, mostNames).map(({ properties: { name }, geometry: { coordinates } }) => {
        const [x, y] = project([coordinates[0] ?? 0, coordinates[1] ?? 0]);
        return (
          <text key={`${name} ${x}`} x={x} y={y}>
            {name}
          </text>
        );
      })}
    </g>
  );
}
