import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface SectionProps {
  readonly heading: string;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

/** A part of a page with its heading. */
export function Section({ heading, note, children }: SectionProps) {
  return (
    <section aria-label={heading}>
      <Title order={2} size="h3">
        {heading}
      </Title>
      {note !== undefined && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
      <div style={{ marginTop: 16 }}>{children}</div>
    </section>
  );
}
