import { Select, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useLocation, useNavigate, useSearchParams } from "react-router";
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
  const { pathname, search } = useLocation();
  const { organizationId, choose } = useOrganization();
  const tab = tabs.find((one) => pathname === `/accounts/${one}`);
  if (tab === undefined) return <Navigate to={{ pathname: "/accounts/people", search }} replace />;
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        actions={<OrganizationSelect value={organizationId} onChange={choose} />}
      />
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ pathname: `/accounts/${value}`, search })}
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

/** Whose people and keys are shown: that of the address (`?organization=2`), else one's own. */
function useOrganization() {
  const own = useMe().organization.organizationId;
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get("organization") ?? own);
  return {
    organizationId: Number.isSafeInteger(asked) && asked > 0 ? asked : own,
    choose: (organizationId: number) =>
      setSearch({ organization: String(organizationId) }, { replace: true }),
  };
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
