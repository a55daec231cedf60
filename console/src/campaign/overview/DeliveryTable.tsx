import { Table } from "@mantine/core";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import { campaignWords } from "../words.ts";
import type { DeliveryPoint } from "./delivery.ts";
import { usePointLabel } from "./usePointLabel.ts";

interface TableProps {
  readonly unit: "hour" | "day";
  readonly points: readonly DeliveryPoint[];
}

/** The chart's figures, to be read. */
export function DeliveryTable({ unit, points }: TableProps) {
  const t = useWords(campaignWords).chart;
  const labelOf = usePointLabel(unit);
  const { money, number } = useFormat();
  const told = (value: number | null, tell: (value: number) => string) =>
    value === null ? "–" : tell(value);
  const right = { textAlign: "right" } as const;
  return (
    <Table.ScrollContainer minWidth={480} maxHeight={420}>
      <Table striped highlightOnHover stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t.when[unit]}</Table.Th>
            {[t.spend, unit === "hour" ? t.planned : t.budget, t.impressions, t.clicks].map(
              (name) => (
                <Table.Th key={name} scope="col" style={right}>
                  {name}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map((point) => (
            <Table.Tr key={point.at}>
              <Table.Th scope="row">{labelOf(point.at)}</Table.Th>
              <Table.Td style={right}>{told(point.spendMicros, money)}</Table.Td>
              <Table.Td style={right}>{told(point.plannedMicros, money)}</Table.Td>
              <Table.Td style={right}>{told(point.impressions, number)}</Table.Td>
              <Table.Td style={right}>{told(point.clicks, number)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
