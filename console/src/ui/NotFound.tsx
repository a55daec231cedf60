import { MapIcon } from "@heroicons/react/24/outline";
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { Link } from "react-router";
import { shellWords } from "../app/shellWords.ts";
import { useWords } from "../words/language.ts";
import { EmptyState } from "./states.tsx";

/** An address that leads nowhere, or to what is no longer there. */
export function NotFound() {
  const t = useWords(shellWords).notFound;
  useEffect(() => {
    document.title = `${t.title} · Atelier`;
  }, [t.title]);
  return (
    <EmptyState
      icon={<MapIcon />}
      title={t.title}
      order={1}
      text={t.text}
      action={
        <Button component={Link} to="/campaigns">
          {t.back}
        </Button>
      }
    />
  );
}
