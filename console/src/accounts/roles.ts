import type { User } from "../../../sdk/src/generated.ts";

export type Role = User["role"];

/** From those who may most to those who may least. */
export const roles: readonly Role[] = ["admin", "manager", "reviewer", "reader"];
