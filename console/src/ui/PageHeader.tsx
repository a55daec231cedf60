import { Group, Stack, Text, Title } from "@mantine/core";
import { memo, type ReactNode, useEffect, useRef } from "react";
import classes from "./PageHeader.module.css";
import { takePageFocus } from "./pageFocus.ts";

interface PageHeaderProps {
  /** The page's one h1, and the beginning of the document's title. */
  readonly title: string;
  /** One line below it. */
  readonly subtitle?: ReactNode;
  /** Buttons, at the right; below on a phone. */
  readonly actions?: ReactNode;
}

/** The head of every page. Takes the focus when its page has just been opened. */
export const PageHeader = memo(function PageHeader(props: PageHeaderProps) {
  const { title, subtitle, actions } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Atelier`;
  }, [title]);
  useEffect(() => {
    if (takePageFocus()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className={classes.header}>
      <Stack gap={2} className={classes.words}>
        <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </Title>
        {subtitle !== undefined && (
          <Text component="div" c="dimmed">
            {subtitle}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </header>
  );
});
