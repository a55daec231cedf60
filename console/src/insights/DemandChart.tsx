import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from "recharts";
import { useFormat } from "../ui/useFormat.ts";
import type { DemandPoint } from "./demandPoints.ts";

const accent = "var(--mantine-primary-color-filled)";
const axis = { stroke: "var(--mantine-color-dimmed)", fontSize: 12, tickLine: false } as const;

interface DemandChartProps {
  readonly points: readonly DemandPoint[];
  readonly label: string;
}

/** The past as a line, the weeks to come as a dashed one within their band. */
export function DemandChart({ points, label }: DemandChartProps) {
  const format = useFormat();
  return (
    <figure role="img" aria-label={label} style={{ margin: 0, height: 240 }}>
      <ResponsiveContainer>
        <ComposedChart data={[...points]} accessibilityLayer={false} margin={{ left: 8, right: 8 }}>
          <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
          <XAxis {...axis} dataKey="week" tickFormatter={format.shortDay} minTickGap={40} />
          <YAxis {...axis} width={56} axisLine={false} tickFormatter={format.compact} />
          <Area
            dataKey="band"
            stroke="none"
            fill={accent}
            fillOpacity={0.16}
            isAnimationActive={false}
          />
          <Line
            dataKey="past"
            stroke={accent}
            strokeWidth={2}
            dot={false}
            isAnimationActive={false}
          />
          <Line
            dataKey="expected"
            stroke={accent}
            strokeWidth={2}
            strokeDasharray="5 4"
            dot={false}
            isAnimationActive={false}
          />
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  );
}
