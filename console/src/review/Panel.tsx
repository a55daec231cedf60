import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./review.module.css";

interface PanelProps {
  readonly heading: string;
  /** "bad" and "careful" catch the eye. */
  readonly tone?: "calm" | "careful" | "bad";
  readonly children: ReactNode;
}

/** One group of facts. */
export function Panel({ heading, tone = "calm", children }: PanelProps) {
  return (
    <section className={classes.panel} data-tone={tone}>
      <Title order={3} size="h5">
        {heading}
      </Title>
      {children}
    </section>
  );
}
