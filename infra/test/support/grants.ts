import type { BuiltStack } from "./built.ts";

/** Something that a role is allowed. */
export interface Grant {
  readonly role: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
}

/** Everything that the roles of a stack are allowed; resources as the template writes them. */
export function grantsOf({ name, resources }: BuiltStack): readonly Grant[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) => {
    const documents =
      Type === "AWS::IAM::Policy" || Type === "AWS::IAM::ManagedPolicy"
        ? [Properties.PolicyDocument]
        : Type === "AWS::IAM::Role"
          ? ((Properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[]).map(
              ({ PolicyDocument }) => PolicyDocument,
            )
          : [];
    const statements = documents.flatMap(
      (document) => (document as { readonly Statement: readonly Statement[] }).Statement,
    );
    return statements
      .filter(({ Effect }) => Effect === "Allow")
      .map(({ Action, Resource }) => ({
        role: `${name}/${id}`,
        actions: [Action ?? []].flat(),
        resources: [Resource ?? []]
          .flat()
          .map((one) => (typeof one === "string" ? one : JSON.stringify(one))),
      }));
  });
}
