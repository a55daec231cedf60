import { BuildingOffice2Icon } from "@heroicons/react/24/outline";
import { Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Organization } from "../../../sdk/src/generated.ts";
import { everyOf } from "../api/queries.ts";
import { EditedList } from "../ui/EditedList.tsx";
import { useWords } from "../words/language.ts";
import { foundOrganizations } from "./found.ts";
import { OrganizationDialog } from "./OrganizationDialog.tsx";
import { OrganizationTable } from "./OrganizationTable.tsx";
import { organizationsWords } from "./words.ts";

/** From how many on they can be searched. */
const many = 8;
const mostOrganizations = 10_000;

export function OrganizationListPage() {
  const t = useWords(organizationsWords);
  const query = useQuery(everyOf("listOrganizations", { limit: 200 }, mostOrganizations));
  return (
    <EditedList
      {...{ words: t, query }}
      icon={<BuildingOffice2Icon />}
      dialog={(edited, onClose) => <OrganizationDialog {...{ edited, onClose }} />}
    >
      {(all, onRename) => <Organizations {...{ all, onRename }} />}
    </EditedList>
  );
}

interface OrganizationsProps {
  readonly all: readonly Organization[];
  readonly onRename: (organization: Organization) => void;
}

function Organizations({ all, onRename }: OrganizationsProps) {
  const t = useWords(organizationsWords);
  const [search, setSearch] = useState("");
  const shown = foundOrganizations(all, search);
  return (
    <>
      {all.length >= many && (
        <TextInput
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          maw={360}
          mb="md"
        />
      )}
      {shown.length === 0 ? (
        <Text c="dimmed" role="status">
          {t.noneFound}
        </Text>
      ) : (
        <OrganizationTable organizations={shown} onRename={onRename} />
      )}
    </>
  );
}
