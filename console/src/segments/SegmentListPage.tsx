import { PencilSquareIcon, UserGroupIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Anchor, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Segment } from "../../../sdk/src/generated.ts";
import { everyOf } from "../api/queries.ts";
import { EditedList } from "../ui/EditedList.tsx";
import { useWords } from "../words/language.ts";
import { People } from "./People.tsx";
import { SegmentDialog } from "./SegmentDialog.tsx";
import classes from "./segments.module.css";
import { segmentsWords } from "./words.ts";

const usualScore = 0.5;

export function SegmentListPage() {
  const t = useWords(segmentsWords);
  const query = useQuery(everyOf("listSegments", { limit: 200 }));
  return (
    <EditedList
      {...{ words: t, query }}
      icon={<UserGroupIcon />}
      dialog={(edited, onClose) => <SegmentDialog {...{ edited, onClose }} />}
    >
      {(segments, onRename) => <SegmentTable {...{ segments, onRename }} />}
    </EditedList>
  );
}

interface SegmentTableProps {
  readonly segments: readonly Segment[];
  readonly onRename: (segment: Segment) => void;
}

function SegmentTable({ segments, onRename }: SegmentTableProps) {
  const t = useWords(segmentsWords);
  return (
    <Table.ScrollContainer minWidth={300} type="native">
      <Table verticalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.columns.name}</Table.Th>
            <Table.Th visibleFrom="sm">{t.columns.slug}</Table.Th>
            <Table.Th ta="right">{t.columns.size}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {segments.map((segment) => (
            <Table.Tr key={segment.segmentId}>
              <Table.Td>
                <Anchor component={Link} to={`/segments/${segment.segmentId}`} fw={600}>
                  {segment.name}
                </Anchor>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" c="dimmed" component="code">
                  {segment.slug}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className={classes.inColumn}>
                <People segmentId={segment.segmentId} minScore={usualScore} />
              </Table.Td>
              <Table.Td ta="right">
                <ActionIcon
                  variant="subtle"
                  aria-label={t.rename(segment.name)}
                  onClick={() => onRename(segment)}
                >
                  <PencilSquareIcon width={18} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
