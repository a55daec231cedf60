import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../lib/buildApp.ts";
import type { Exception } from "../../lib/exceptions.ts";
import { buildPoc } from "../../lib/poc/buildPoc.ts";
import { readPocOrder } from "../../lib/poc/pocOrder.ts";
import { setupOf } from "../../lib/readArgs.ts";
import type { Compute } from "../../lib/setup.ts";
import type { Stage } from "../../lib/sizes.ts";

export type Properties = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
}

export interface BuiltStack {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly text: string;
}

export interface Built {
  readonly stacks: readonly BuiltStack[];
  /** Exceptions of AWS's rules that something of it needed. */
  readonly excepted: ReadonlySet<Exception>;
  readonly folder: string;
}

const known = new Map<string, Built>();

/** A stage as it is synthesised, rules and all: once a run, since it takes seconds. Throws where a rule is broken. */
export function built(stage: Stage, compute: Compute = "fargate"): Built {
  const key = `${stage} ${compute}`;
  const made = known.get(key) ?? build(stage, compute);
  known.set(key, made);
  return made;
}

function build(stage: Stage, compute: Compute): Built {
  const folder = mkdtempSync(join(tmpdir(), "atelier-infra-"));
  const excepted = new Set<Exception>();
  const app = buildApp(setupOf(stage, compute), folder, (one) => excepted.add(one));
  const stacks = app.synth().stacks.map(({ stackName, template }) => ({
    name: stackName,
    resources: template.Resources ?? {},
    text: JSON.stringify(template),
  }));
  return { stacks, excepted, folder };
}

/** Resources of a type, with their stack and id. */
export function resourcesOf(
  { stacks }: Pick<Built, "stacks">,
  type: string,
): readonly {
  readonly id: string;
  readonly properties: Properties;
  readonly resource: Resource;
}[] {
  return stacks.flatMap(({ name, resources }) =>
    Object.entries(resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({
        id: `${name}/${id}`,
        properties: resource.Properties ?? {},
        resource,
      })),
  );
}

export const pocOrder = readPocOrder(["florists"], Date.UTC(2026, 10, 23, 18));

interface Parameter {
  readonly Default?: string;
  readonly AllowedPattern?: string;
}

export interface BuiltPoc extends Built {
  readonly template: { readonly Parameters: Readonly<Record<string, Parameter>> };
}

/** A proof of concept as it is synthesised. */
export function builtPoc(): BuiltPoc {
  const folder = mkdtempSync(join(tmpdir(), "atelier-infra-"));
  const excepted = new Set<Exception>();
  const { stacks } = buildPoc(pocOrder, folder, (one) => excepted.add(one)).synth();
  const made = stacks.map(({ stackName, template }) => ({
    name: stackName,
    resources: template.Resources ?? {},
    text: JSON.stringify(template),
  }));
  return { stacks: made, excepted, folder, template: stacks[0]?.template };
}
