import { z } from "zod";
import { storedCampaignSchema } from "./answers.ts";
import { entityId } from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { idFilter, listSpec, textFilter, wordFilter } from "./listQuery.ts";
import type { OrderedPage, PageOfItems } from "./repository.ts";

/** A deal of an exchange, as a campaign bids by it. It is agreed upon there; campaigns name it (`deals`). */

const { name, status, openAuction } = storedCampaignSchema.shape;

export const listedDealSchema = z
  .object({
    dealNumber: z.int().min(1).describe("Of this deal in this campaign, in this list."),
    ssp: z.string(),
    id: z.string().describe("As the SSP calls it."),
    campaignId: entityId(),
    campaignName: name,
    status: status.describe("Of the campaign."),
    openAuction,
    advertiserId: entityId(),
  })
  .meta({ title: "Deal" });
export type ListedDeal = Readonly<z.output<typeof listedDealSchema>>;

/** More deals than a campaign has: a deal's number is that of its campaign times this, and its place there. */
export const dealNumbers = 32;

export const dealList = listSpec({
  collection: "deals",
  idField: "dealNumber",
  sorts: { id: "id" },
  maxId: dealNumbers * (limits.maxId + 1),
  fields: Object.keys(listedDealSchema.shape),
  filters: {
    ssp: textFilter(32),
    id: textFilter(limits.dealCharacters),
    campaignId: idFilter(),
    advertiserId: idFilter(),
    status: wordFilter(["draft", "active", "paused", "ended"]),
  },
});

export interface DealFilter {
  /** Null = of any; empty = of none. */
  readonly advertiserIds: readonly number[] | null;
  readonly ssp?: string | undefined;
  readonly id?: string | undefined;
  readonly campaignId?: number | undefined;
  readonly status?: ListedDeal["status"] | undefined;
}

/** Faults: PublicError `unavailable`. */
export type ListDeals = (filter: DealFilter, page: OrderedPage) => Promise<PageOfItems<ListedDeal>>;
