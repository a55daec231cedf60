import { type RequestHandler, Router } from "express";
import { organizationList } from "../accounts/lists.ts";
import type { OrganizationRepository } from "../accounts/repository.ts";
import {
  changeOrganization,
  createOrganization,
  readOrganization,
} from "../accounts/saveOrganization.ts";
import { managedOrganizationId } from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseId, parseList, sendEntity, sendList, sendRead } from "./resource.ts";

export interface OrganizationsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly organizations: OrganizationRepository;
}

/** `/v1/organizations`: create, list, read, change. Who does not run the platform sees its own alone. */
export function organizationsRouter(deps: OrganizationsRouterDeps): Router {
  const { authenticate, organizations } = deps;
  const router = Router();
  router.use("/v1/organizations", authenticate);

  router.post("/v1/organizations", async (request, response) => {
    const made = await createOrganization(organizations, request.body, apiKeyOf(request));
    response.location(`/v1/organizations/${made.organizationId}`);
    sendEntity(response, made, 201);
  });

  router.get("/v1/organizations", async (request, response) => {
    const list = parseList(request, organizationList);
    const organizationId = managedOrganizationId(apiKeyOf(request));
    sendList(response, list, await organizations.page({ ...list.filters, organizationId }, list));
  });

  router.get("/v1/organizations/:organizationId", async (request, response) => {
    const id = parseId(request, "organizationId");
    const found = await readOrganization(organizations, id, apiKeyOf(request));
    sendRead(request, response, organizationList, found);
  });

  router.patch("/v1/organizations/:organizationId", async (request, response) => {
    const id = parseId(request, "organizationId");
    const body = bodyOfChange(request);
    sendEntity(response, await changeOrganization(organizations, id, body, apiKeyOf(request)));
  });
  return router;
}
