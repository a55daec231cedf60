import classes from "./Welcome.module.css";

interface Hexagon {
  readonly key: string;
  readonly points: string;
  /** Of the middle, in steps. */
  readonly distance: number;
}

const size = 26;
const [width, height] = [640, 900];
const middle = { x: 400, y: 330 };

/** Cells around a place, denser where more people would see an ad: what the product does, as a drawing. */
const hexagons = makeHexagons();

function makeHexagons(): readonly Hexagon[] {
  const [stepX, stepY] = [size * Math.sqrt(3), size * 1.5];
  const rows = Array.from({ length: Math.ceil(height / stepY) + 1 }, (_, row) => row);
  const columns = Array.from({ length: Math.ceil(width / stepX) + 1 }, (_, column) => column);
  return rows.flatMap((row) =>
    columns.map((column) => {
      const x = column * stepX + (row % 2) * (stepX / 2);
      const y = row * stepY;
      const distance = Math.hypot(x - middle.x, y - middle.y) / stepX;
      return { key: `${row}-${column}`, points: pointsAround(x, y), distance };
    }),
  );
}

function pointsAround(x: number, y: number): string {
  return Array.from({ length: 6 }, (_, corner) => {
    const angle = (Math.PI / 3) * corner + Math.PI / 6;
    return `${(x + (size - 2) * Math.cos(angle)).toFixed(1)},${(y + (size - 2) * Math.sin(angle)).toFixed(1)}`;
  }).join(" ");
}

/** Fades with the distance, a little unevenly: people do not live in circles. */
function opacityOf({ distance, key }: Hexagon): number {
  const [row = 0, column = 0] = key.split("-").map(Number);
  const uneven = (((row * 7 + column * 13) % 11) / 11) * 0.3;
  return Math.max(0.05, 0.62 - distance * 0.085 + uneven * (distance < 7 ? 1 : 0.2));
}

export function HexagonField() {
  return (
    <svg
      className={classes.field}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      {hexagons.map((hexagon) => (
        <polygon
          key={hexagon.key}
          points={hexagon.points}
          opacity={opacityOf(hexagon).toFixed(2)}
        />
      ))}
    </svg>
  );
}
