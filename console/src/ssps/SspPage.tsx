import { PauseIcon, PlayIcon } from "@heroicons/react/24/outline";
import { Alert, Anchor, Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { Ssp } from "../../../sdk/src/generated.ts";
import { queryOf, useWrite } from "../api/queries.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Section } from "../ui/Section.tsx";
import { QueryState } from "../ui/states.tsx";
import { toastDone, toastProblem } from "../ui/toasts.ts";
import { useWords } from "../words/language.ts";
import { Endpoint } from "./Endpoint.tsx";
import { HealthSection } from "./HealthSection.tsx";
import { SpendingSection } from "./SpendingSection.tsx";
import { SspForm } from "./SspForm.tsx";
import { StatusBadge } from "./SspListPage.tsx";
import { sspsWords } from "./words.ts";

export function SspPage() {
  const t = useWords(sspsWords);
  const { name = "" } = useParams();
  const query = useQuery(queryOf("readSsp", { name }));
  return (
    <>
      <Anchor component={Link} to="/ssps" size="sm">
        ← {t.page.back}
      </Anchor>
      <PageHeader
        title={name}
        subtitle={query.data && <StatusBadge status={query.data.status} />}
        actions={query.data && <PauseButton ssp={query.data} />}
      />
      <QueryState query={query}>
        {(ssp) => (
          <Stack gap={48}>
            {ssp.status === "paused" && <Alert color="yellow">{t.page.pausedNote}</Alert>}
            <HealthSection name={ssp.name} />
            <SpendingSection name={ssp.name} />
            <Endpoint ssp={ssp} />
            <Section title={t.page.edit}>
              <SspForm key={ssp.version} ssp={ssp} />
            </Section>
          </Stack>
        )}
      </QueryState>
    </>
  );
}

function PauseButton({ ssp }: { readonly ssp: Ssp }) {
  const t = useWords(sspsWords).page;
  const change = useWrite("changeSsp", ["readSsp", "listSsps"]);
  const isActive = ssp.status === "active";
  const onClick = () =>
    change.mutate(
      {
        input: { name: ssp.name, body: { status: isActive ? "paused" : "active" } },
        ifVersion: ssp.version,
      },
      {
        onSuccess: () => toastDone(isActive ? t.pausedDone(ssp.name) : t.resumedDone(ssp.name)),
        onError: toastProblem,
      },
    );
  return (
    <Button
      variant={isActive ? "default" : "filled"}
      loading={change.isPending}
      leftSection={isActive ? <PauseIcon width={18} /> : <PlayIcon width={18} />}
      onClick={onClick}
    >
      {isActive ? t.pause : t.resume}
    </Button>
  );
}
