import { Anchor, Button, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Segment } from "../../../sdk/src/generated.ts";
import { queryOf } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { QueryState } from "../ui/states.tsx";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { ModelCardSection } from "./ModelCardSection.tsx";
import { People } from "./People.tsx";
import { SegmentDialog } from "./SegmentDialog.tsx";
import classes from "./segments.module.css";
import { useSegmentSize } from "./useSegmentSize.ts";
import { segmentsWords } from "./words.ts";

const scores = [0.3, 0.5, 0.7, 0.9] as const;

export function SegmentPage() {
  const t = useWords(segmentsWords);
  const segmentId = Number(useParams().segmentId);
  const query = useQuery(queryOf("readSegment", { segmentId }));
  const [isRenaming, setRenaming] = useState(false);
  return (
    <>
      <Anchor component={Link} to="/segments" size="sm">
        ← {t.back}
      </Anchor>
      <PageHeader
        title={query.data?.name ?? t.title}
        subtitle={query.data && <code>{query.data.slug}</code>}
        actions={
          query.data && (
            <Button variant="default" onClick={() => setRenaming(true)}>
              {t.renameTitle}
            </Button>
          )
        }
      />
      <QueryState query={query}>
        {(segment) => (
          <Stack gap={48}>
            <Size segment={segment} />
            <ModelCardSection segment={segment} />
          </Stack>
        )}
      </QueryState>
      <SegmentDialog
        edited={isRenaming ? (query.data ?? null) : null}
        onClose={() => setRenaming(false)}
      />
    </>
  );
}

function Size({ segment: { segmentId } }: { readonly segment: Segment }) {
  const t = useWords(segmentsWords).size;
  const format = useFormat();
  const widest = useSegmentSize(segmentId, scores[0]).data;
  return (
    <section aria-label={t.heading}>
      <Title order={2} size="h3">
        {t.heading}
      </Title>
      <Text c="dimmed">{t.text}</Text>
      <dl className={classes.sizes}>
        {scores.map((minScore) => (
          <div key={minScore}>
            <dt>{t.atLeast(format.number(minScore, 1))}</dt>
            <dd>
              <People {...{ segmentId, minScore }} scaleTo={widest?.people.high ?? undefined} />
            </dd>
          </div>
        ))}
      </dl>
      <Text size="sm" c="dimmed">
        {widest !== undefined && (widest.basis === "measured" ? t.measured : t.prior)} {t.private}
      </Text>
    </section>
  );
}
