import type { Organization } from "../../../sdk/src/generated.ts";

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();

/** Those whose name holds what is written, without regard to case and accents; by name. Pure. */
export function foundOrganizations(
  all: readonly Organization[],
  search: string,
): readonly Organization[] {
  const wanted = plain(search.trim());
  return all
    .filter(({ name }) => plain(name).includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name, "fr"));
}
