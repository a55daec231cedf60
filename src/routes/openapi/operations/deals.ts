import { dealList, listedDealSchema } from "../../../campaigns/deals.ts";
import { listQuerySchema } from "../../../campaigns/listQuery.ts";
import { pageSchema } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";

export const dealOperations: readonly Operation[] = [
  {
    id: "listDeals",
    method: "get",
    path: "/v1/deals",
    tag: "Campaigns",
    summary: "List the deals that campaigns bid by",
    description:
      "A deal is agreed upon at an exchange, and written as one of a campaign's `deals`: a line for each campaign that names it.",
    access: ["apiKey"],
    query: listQuerySchema(dealList),
    answers: { 200: { description: "A page of them.", schema: pageSchema(listedDealSchema) } },
  },
];
