import { Box, Text, useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { settings } from "../app/settings.ts";
import { useWords } from "../words/language.ts";
import type { MapEvents, MapPicture, ZoneMap } from "./createMap.ts";
import classes from "./map.module.css";
import { mapWords } from "./mapWords.ts";
import { type Bounds, franceBounds } from "./outlines.ts";
import { PlainMap } from "./PlainMap.tsx";
import { hasWebgl } from "./webgl.ts";

export interface AtelierMapProps extends MapEvents {
  /** What the map shows, for who does not see it: "Zone de diffusion : 10 km autour de Limoges". */
  readonly label: string;
  readonly picture: MapPicture;
  /** Where to look; the map goes there when another object is given. Null = stays. */
  readonly view: Bounds | null;
  /** Arrows, plus and minus, Enter: what they do here. Absent = nothing. */
  readonly onKey?: ((key: MapKey, isLarge: boolean) => void) | undefined;
  readonly height?: string | number;
}

export type MapKey = "north" | "south" | "east" | "west" | "larger" | "smaller" | "choose";

const keys: Readonly<Record<string, MapKey>> = {
  ArrowUp: "north",
  ArrowDown: "south",
  ArrowLeft: "west",
  ArrowRight: "east",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  Enter: "choose",
};

/** The console's map. What it draws with is loaded when the first one is shown; without WebGL it is a plain drawing. */
export function AtelierMap(props: AtelierMapProps) {
  const t = useWords(mapWords);
  const helpId = useId();
  const [isPlain, setPlain] = useState(() => !hasWebgl());
  const { label, onKey, height = "100%" } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keys[event.key];
    if (key === undefined || onKey === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onKey(key, event.shiftKey);
  };
  return (
    <Box
      className={classes.map}
      h={height}
      role="application"
      aria-label={label}
      aria-describedby={onKey === undefined ? undefined : helpId}
      tabIndex={onKey === undefined ? -1 : 0}
      onKeyDown={onKeyDown}
    >
      {isPlain ? <PlainMap {...props} /> : <DrawnMap {...props} onFailure={() => setPlain(true)} />}
      {onKey !== undefined && (
        <Text id={helpId} className={classes.help}>
          {t.keys}
        </Text>
      )}
      <Text className={classes.sources}>{settings.mapTiles === null ? t.sources : ""}</Text>
    </Box>
  );
}

/** Says of the element whether all is drawn: who takes pictures waits for it. */
function useDrawnMark(map: ZoneMap | null) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(
    () => map?.onDrawn((isDrawn) => element.current?.setAttribute("data-drawn", String(isDrawn))),
    [map],
  );
  return element;
}

/** Fetched by a promise of this page's, so that the map's code is not in what the page needs first. */
const loadMap = () => import("./createMap.ts");

function DrawnMap(props: AtelierMapProps & { readonly onFailure: () => void }) {
  const container = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const latest = useRef({ ...props, scheme });
  latest.current = { ...props, scheme };
  const [map, setMap] = useState<ZoneMap | null>(null);
  const drawn = useDrawnMark(map);
  useEffect(() => {
    let made: ZoneMap | null = null;
    let isGone = false;
    const make = ({ createMap }: Awaited<ReturnType<typeof loadMap>>) => {
      if (isGone || container.current === null) return;
      const { view: wanted, scheme } = latest.current;
      const view = wanted ?? franceBounds;
      const events = () => latest.current;
      made = createMap({
        container: container.current,
        scheme,
        tiles: settings.mapTiles,
        view,
        events,
      });
      setMap(made);
    };
    loadMap()
      .then(make)
      .catch(() => latest.current.onFailure());
    return () => {
      isGone = true;
      made?.remove();
    };
  }, []);
  // Before the browser paints: hexagons and figures of one move stand in one frame.
  useLayoutEffect(() => map?.draw(props.picture), [map, props.picture]);
  useEffect(() => {
    if (map !== null && props.view !== null && !map.holds(props.view)) map.flyTo(props.view);
  }, [map, props.view]);
  const first = useRef(scheme);
  useEffect(() => {
    if (map === null || first.current === scheme) return;
    first.current = scheme;
    map.setScheme(scheme);
  }, [map, scheme]);
  return (
    <div ref={drawn} className={classes.canvas} data-ready={map !== null}>
      <div ref={container} className={classes.drawn} />
    </div>
  );
}
