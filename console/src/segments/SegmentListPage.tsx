import { PencilSquareIcon, PlusIcon, UserGroupIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Anchor, Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { Segment } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { People } from "./People.tsx";
import { SegmentDialog } from "./SegmentDialog.tsx";
import classes from "./segments.module.css";
import { segmentsWords } from "./words.ts";

const usualScore = 0.5;

export function SegmentListPage() {
  const t = useWords(segmentsWords);
  const query = useQuery(queryOf("listSegments", { limit: 200 }));
  const [edited, edit] = useState<Segment | "new" | null>(null);
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        actions={
          <Button leftSection={<PlusIcon width={18} />} onClick={() => edit("new")}>
            {t.add}
          </Button>
        }
      />
      <QueryState query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={<UserGroupIcon />} title={t.none.title} text={t.none.text} />
          ) : (
            <SegmentTable segments={items} onRename={edit} />
          )
        }
      </QueryState>
      <SegmentDialog edited={edited} onClose={() => edit(null)} />
    </>
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
