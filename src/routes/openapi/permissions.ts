import { permissionsOfRole, type Role, roles, type Scope } from "../../campaigns/access.ts";
import { neededPermission } from "../../campaigns/routeRules.ts";
import type { Operation } from "./operation.ts";

/** What an operation asks of a caller with a key: the rule that every request meets (`requireRoute`), told. */
export interface NeededPermission {
  readonly scope: Scope;
  /** The roles that have it; of other organisations than the operator's fewer, where `ofOperator`. */
  readonly roles: readonly Role[];
  readonly ofOperator: boolean;
}

/** Null = it asks for no key, or any will do. Pure. */
export function permissionOf({ access, method, path }: Operation): NeededPermission | null {
  if (!access.includes("apiKey")) return null;
  const scope = neededPermission(method.toUpperCase(), path);
  if (scope === null) return null;
  const having = (isOperator: boolean) =>
    roles.filter((role) => permissionsOfRole(role, isOperator).includes(scope));
  return { scope, roles: having(true), ofOperator: having(false).length === 0 };
}

/** The same for people. */
export function permissionInWords({ scope, roles: those, ofOperator }: NeededPermission): string {
  const whose = ofOperator ? " of the operator" : "";
  return `Needs the permission \`${scope}\` (${those.join(", ")}${whose}).`;
}
