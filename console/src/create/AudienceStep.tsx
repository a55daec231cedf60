import { Checkbox, Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryOf } from "../api/queries.ts";
import { QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import classes from "./create.module.css";
import { useCreating } from "./creating.ts";
import { FieldError } from "./FieldError.tsx";
import { createWords } from "./words.ts";

export const segmentsQuery = () => queryOf("listSegments", { limit: 200 });

/** Rules of one campaign, as the server has it. */
const mostSegments = 10;

/** Whom, in words. */
export function AudienceStep() {
  const t = useWords(createWords).audience;
  const { draft, change } = useCreating();
  const [isChosen, setChosen] = useState(draft.segments.length > 0);
  const choose = (value: string) => {
    setChosen(value === "chosen");
    if (value !== "chosen") change({ segments: [] });
  };
  return (
    <Stack gap="lg">
      <Radio.Group label={t.help} value={isChosen ? "chosen" : "everybody"} onChange={choose}>
        <Stack gap="xs" mt="xs">
          <Radio className={classes.choice} value="everybody" label={t.everybody} />
          <Radio className={classes.choice} value="chosen" label={t.chosen} />
        </Stack>
      </Radio.Group>
      {isChosen && <Segments />}
      <FieldError field="audience" />
    </Stack>
  );
}

function Segments() {
  const t = useWords(createWords).audience;
  const { draft, change } = useCreating();
  const query = useQuery(segmentsQuery());
  return (
    <QueryState query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Text c="dimmed">{t.none}</Text>
        ) : (
          <Stack gap="md">
            <Checkbox.Group
              label={t.list}
              value={[...draft.segments]}
              onChange={(segments) => change({ segments: segments.slice(0, mostSegments) })}
            >
              <div className={classes.segments}>
                {items.map(({ slug, name }) => (
                  <Checkbox key={slug} value={slug} label={name} />
                ))}
              </div>
            </Checkbox.Group>
            <ModeField />
            <Text size="xs" c="dimmed">
              {t.consent}
            </Text>
          </Stack>
        )
      }
    </QueryState>
  );
}

function ModeField() {
  const t = useWords(createWords).audience;
  const { draft, change } = useCreating();
  return (
    <Radio.Group
      label={t.mode}
      value={draft.segmentMode}
      onChange={(value) => change({ segmentMode: value === "only" ? "only" : "prefer" })}
    >
      <Stack gap="xs" mt={4}>
        <Radio value="prefer" label={t.prefer} />
        <Radio value="only" label={t.only} />
      </Stack>
    </Radio.Group>
  );
}
