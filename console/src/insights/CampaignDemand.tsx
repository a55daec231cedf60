import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AnswerOf } from "../../../sdk/src/client.ts";
import { queryOf } from "../api/queries.ts";
import { useCategoryNames } from "../ui/categoryNames.ts";
import { useWords } from "../words/language.ts";
import { DemandSection } from "./DemandSection.tsx";
import { departementOf, townOfLabel } from "./departementOf.ts";
import { insightsWords } from "./words.ts";

type Campaign = Pick<AnswerOf<"readCampaign">, "zone" | "zoneLabel" | "categories">;

/** What a shop's neighbours will look for in the next weeks: of the first category that the campaign wants, or of any. */
export function CampaignDemand({ campaign }: { readonly campaign: Campaign }) {
  const t = useWords(insightsWords);
  const { nameOf } = useCategoryNames();
  const scope = useQuery(queryOf("readInsightScope", {})).data;
  const departement = useDepartement(campaign);
  const [chosen, setChosen] = useState<string | null>(null);
  const known = scope?.categories ?? [];
  const wanted = campaign.categories.include.find((one) => known.includes(one));
  const category = chosen ?? wanted ?? known[0];
  if (category === undefined || departement === undefined) return null;
  return (
    <DemandSection
      category={category}
      departement={departement}
      actions={
        <Select
          aria-label={t.category}
          data={known.map((value) => ({ value, label: nameOf(value) }))}
          value={category}
          searchable
          allowDeselect={false}
          onChange={setChosen}
        />
      }
    />
  );
}

/** "*" where no town tells; undefined while it is looked for. */
function useDepartement({ zone, zoneLabel }: Campaign): string | undefined {
  const told = departementOf(zone);
  const town = townOfLabel(zoneLabel);
  const asked = { q: town, limit: 1, kinds: "commune" } as const;
  const query = useQuery({
    ...queryOf("searchPlaces", asked),
    enabled: told === null && town.length >= 2,
  });
  if (told !== null) return told;
  if (query.isLoading) return undefined;
  return query.data?.places[0]?.departementCode ?? "*";
}
