import { MagnifyingGlassIcon, PlusIcon, RectangleGroupIcon } from "@heroicons/react/24/outline";
import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Placement, Site } from "../../../sdk/src/generated.ts";
import { PageHeader } from "../ui/PageHeader.tsx";
import { EmptyState, QueryState } from "../ui/states.tsx";
import { useWords } from "../words/language.ts";
import { PlacementDrawer } from "./PlacementDrawer.tsx";
import { SiteDrawer } from "./SiteDrawer.tsx";
import { SiteSection } from "./SiteSection.tsx";
import { SnippetDialog } from "./SnippetDialog.tsx";
import { type Inventory, useInventory } from "./useInventory.ts";
import { placementsWords } from "./words.ts";

/** What is open beside the list. */
export type Opened =
  | { readonly kind: "site"; readonly site: Site | null }
  | { readonly kind: "placement"; readonly placement: Placement | null; readonly site: Site | null }
  | { readonly kind: "snippet"; readonly placement: Placement; readonly site: Site };

export function PlacementsPage() {
  const t = useWords(placementsWords);
  const query = useInventory();
  const [opened, open] = useState<Opened | null>(null);
  const close = () => open(null);
  const sites = query.data?.sites ?? [];
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        actions={
          <>
            <Button variant="default" onClick={() => open({ kind: "site", site: null })}>
              {t.addSite}
            </Button>
            <Button
              leftSection={<PlusIcon width={18} />}
              disabled={sites.length === 0}
              onClick={() => open({ kind: "placement", placement: null, site: sites[0] ?? null })}
            >
              {t.addPlacement}
            </Button>
          </>
        }
      />
      <QueryState query={query}>
        {(inventory) => <Sites inventory={inventory} open={open} />}
      </QueryState>
      <SiteDrawer opened={opened?.kind === "site" ? opened : null} onClose={close} />
      <PlacementDrawer
        opened={opened?.kind === "placement" ? opened : null}
        sites={sites}
        onClose={close}
      />
      <SnippetDialog opened={opened?.kind === "snippet" ? opened : null} onClose={close} />
    </>
  );
}

interface SitesProps {
  readonly inventory: Inventory;
  readonly open: (opened: Opened) => void;
}

/** From so many on a search is worth its room. */
const searchFrom = 8;

function Sites({ inventory: { sites, placements }, open }: SitesProps) {
  const t = useWords(placementsWords);
  const [search, setSearch] = useState("");
  if (sites.length === 0)
    return (
      <EmptyState
        icon={<RectangleGroupIcon />}
        title={t.none.title}
        text={t.none.text}
        action={<Button onClick={() => open({ kind: "site", site: null })}>{t.addSite}</Button>}
      />
    );
  const wanted = search.trim().toLowerCase();
  const found = placements.filter(({ code }) => code.toLowerCase().includes(wanted));
  const shown = sites.filter(
    ({ siteId }) => wanted === "" || found.some((placement) => placement.siteId === siteId),
  );
  return (
    <Stack gap={40}>
      {placements.length >= searchFrom && (
        <TextInput
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          maw={360}
          leftSection={<MagnifyingGlassIcon width={18} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {shown.length === 0 && <Text c="dimmed">{t.none.found}</Text>}
      {shown.map((site) => (
        <SiteSection
          key={site.siteId}
          site={site}
          placements={found.filter(({ siteId }) => siteId === site.siteId)}
          open={open}
        />
      ))}
    </Stack>
  );
}
