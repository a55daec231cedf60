import type { SameWords } from "../dictionary.ts";
import type { organizationsFr } from "../fr/organizations.ts";

export const organizationsEn: SameWords<typeof organizationsFr> = {
  title: "Organisations",
  subtitle: "The agencies and shops that use the platform.",
  add: "Add an organisation",
  search: "Find an organisation",
  none: {
    title: "No organisation",
    text: "Add an agency, or a shop that looks after its own campaigns.",
  },
  noneFound: "No organisation has that name.",
  columns: { name: "Name", kind: "Kind", since: "Since", state: "State", actions: "Actions" },
  kinds: { operator: "Platform", agency: "Agency", shop: "Shop" },
  kindTexts: {
    agency: "Looks after the campaigns of several advertisers, in their name.",
    shop: "Looks after its own campaigns.",
  },
  state: { active: "Open", closed: "Closed" },
  actionsOf: (name) => `Actions for ${name}`,
  access: "People and keys",
  rename: "Rename",
  close: "Close",
  closeText: (name) =>
    `The people and keys of ${name} are no longer let in. Its campaigns go on until they are paused.`,
  closed: (name) => `${name} is closed`,
  reopen: "Reopen",
  reopened: (name) => `${name} is open again`,
  form: {
    createTitle: "Add an organisation",
    renameTitle: "Rename the organisation",
    name: "Name",
    kind: "Kind",
    create: "Add",
    save: "Save",
    created: (name) => `${name} is added: now invite its administrator`,
    saved: "The name is changed",
  },
};
