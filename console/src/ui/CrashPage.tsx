import { ExclamationTriangleIcon } from "@heroicons/react/24/outline";
import { Button, Group } from "@mantine/core";
import { useRouteError } from "react-router";
import { useWords } from "../words/language.ts";
import { EmptyState } from "./states.tsx";
import { uiWords } from "./words.ts";

/** What stands in a page's place when its code failed, or could no longer be loaded since a newer console is served. */
export function CrashPage() {
  const t = useWords(uiWords).problems;
  const error = useRouteError();
  const isOutdated = error instanceof TypeError && /import|module/i.test(error.message);
  return (
    <EmptyState
      icon={<ExclamationTriangleIcon />}
      title={isOutdated ? t.outdated : t.crash}
      text={isOutdated ? undefined : t.internal}
      action={
        <Group>
          <Button onClick={() => location.reload()}>{t.reload}</Button>
        </Group>
      }
    />
  );
}
