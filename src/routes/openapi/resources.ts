import { z } from "zod";
import { type ListSpec, listQuerySchema, readQuerySchema } from "../../campaigns/listQuery.ts";
import { pageSchema } from "../../campaigns/lists.ts";
import type { Operation, RequestBody, Tag } from "./operation.ts";
import { changeHeaders } from "./parameters.ts";

/** What the five operations of a collection share. */
export interface ResourceDescription {
  /** "Campaign": in ids of operations, "createCampaign", and with an s, "listCampaigns". */
  readonly name: string;
  /** In sentences: "a campaign", "campaigns", "the campaign". */
  readonly words: { readonly one: string; readonly many: string; readonly it: string };
  readonly tag: Tag;
  readonly list: ListSpec<z.ZodRawShape>;
  /** The step of the path that names one of them, and its schema. */
  readonly params: z.ZodObject;
  readonly input: RequestBody;
  readonly change: RequestBody;
  /** In lists. */
  readonly item: z.ZodType;
  /** By itself; default: as in lists. */
  readonly entity?: z.ZodType;
  /** The answer to its creation; default: `entity`. */
  readonly created?: z.ZodType;
  /** The answer to its change; default: `entity`. */
  readonly changed?: z.ZodType;
  /** What is to be said of some of them. */
  readonly notes?: Partial<Record<Kind, string>>;
}

/** The operations that routes built on `resource.ts` have: create, list, read, change, remove. */
export function resourceOperations(resource: ResourceDescription) {
  return {
    create: createOperation(resource),
    list: listOperation(resource),
    read: readOperation(resource),
    change: changeOperation(resource),
    remove: removeOperation(resource),
  };
}

const headers = ["ETag"] as const;

function createOperation(resource: ResourceDescription): Operation {
  const { name, words, input, created, entity, item } = resource;
  return {
    ...ofCollection(resource, "create"),
    id: `create${name}`,
    method: "post",
    summary: `Create ${words.one}`,
    dryRun: true,
    body: input,
    answers: {
      201: {
        description: capital(`${words.it}.`),
        schema: created ?? entity ?? item,
        headers: ["ETag", "Location"],
      },
    },
  };
}

function listOperation(resource: ResourceDescription): Operation {
  const { name, words, list, item } = resource;
  return {
    ...ofCollection(resource, "list"),
    id: `list${name}s`,
    method: "get",
    summary: `List ${words.many}`,
    query: listQuerySchema(list),
    answers: { 200: { description: "A page of them.", schema: pageSchema(item) } },
  };
}

function readOperation(resource: ResourceDescription): Operation {
  const { name, words, list, item, entity = item } = resource;
  const fields = entity instanceof z.ZodObject ? Object.keys(entity.shape) : list.fields;
  return {
    ...ofOne(resource, "read"),
    id: `read${name}`,
    method: "get",
    summary: `Read ${words.one}`,
    ...readingOf({ fields }, entity, capital(`${words.it}.`)),
  };
}

/** What reads that answer by `sendRead` take and answer. */
export function readingOf(
  list: Pick<ListSpec<z.ZodRawShape>, "fields">,
  schema: z.ZodType,
  description: string,
) {
  return {
    query: readQuerySchema(list),
    headers: readHeaders,
    answers: {
      200: { description, schema, headers },
      304: { description: "As `If-None-Match` has it.", headers },
    },
  } as const satisfies Partial<Operation>;
}

function changeOperation(resource: ResourceDescription): Operation {
  const { name, words, change, changed, entity, item } = resource;
  const description = capital(`${words.it} as it is now.`);
  return {
    ...ofOne(resource, "change"),
    id: `change${name}`,
    method: "patch",
    summary: `Change ${words.one}`,
    dryRun: true,
    headers: changeHeaders,
    body: change,
    answers: { 200: { description, schema: changed ?? entity ?? item, headers } },
  };
}

function removeOperation(resource: ResourceDescription): Operation {
  return {
    ...ofOne(resource, "remove"),
    id: `remove${resource.name}`,
    method: "delete",
    summary: `Delete ${resource.words.one}`,
    dryRun: true,
    headers: changeHeaders,
    answers: { 204: { description: "It is gone." } },
  };
}

type Kind = "create" | "list" | "read" | "change" | "remove";

function ofCollection({ tag, list, notes = {} }: ResourceDescription, kind: Kind) {
  const note = notes[kind];
  return {
    path: `/v1/${list.collection}`,
    tag,
    access: ["apiKey"],
    ...(note === undefined ? {} : { description: note }),
  } as const;
}

function ofOne(resource: ResourceDescription, kind: Kind) {
  const [step = ""] = Object.keys(resource.params.shape);
  const { path, ...common } = ofCollection(resource, kind);
  return { ...common, path: `${path}/:${step}`, params: resource.params } as const;
}

const readHeaders = z.object({
  "If-None-Match": z.string().optional().describe("The `ETag` of what is known already."),
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
