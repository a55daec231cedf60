import { Select, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { queryOf } from "../api/queries.ts";
import { useMe } from "../api/session.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useWords } from "../words/language.ts";
import { KeysTab } from "./KeysTab.tsx";
import { PeopleTab } from "./PeopleTab.tsx";
import { accountsWords } from "./words.ts";

const tabs = ["people", "keys"] as const;

/** `/accounts/people` and `/accounts/keys`: whoever may come in, of one organisation. */
export function Component() {
  const t = useWords(accountsWords);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [organizationId, setOrganizationId] = useState(useMe().organization.organizationId);
  const tab = tabs.find((one) => pathname === `/accounts/${one}`);
  if (tab === undefined) return <Navigate to="/accounts/people" replace />;
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        actions={<OrganizationSelect value={organizationId} onChange={setOrganizationId} />}
      />
      <Tabs
        value={tab}
        onChange={(value) => void navigate(`/accounts/${value}`)}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="people">
          <PeopleTab organizationId={organizationId} />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysTab organizationId={organizationId} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

interface OrganizationSelectProps {
  readonly value: number;
  readonly onChange: (organizationId: number) => void;
}

/** The operator looks after all organisations; everybody else has one. */
function OrganizationSelect({ value, onChange }: OrganizationSelectProps) {
  const t = useWords(accountsWords);
  const organizations = useQuery(queryOf("listOrganizations", { limit: 200 }));
  const items = organizations.data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <Select
      aria-label={t.organization}
      searchable
      allowDeselect={false}
      value={String(value)}
      onChange={(chosen) => onChange(Number(chosen))}
      data={items.map((one) => ({ value: String(one.organizationId), label: one.name }))}
    />
  );
}
