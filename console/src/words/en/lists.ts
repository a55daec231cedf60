import { countedEn } from "../counted.ts";
import type { SameWords } from "../dictionary.ts";
import type { listsFr } from "../fr/lists.ts";

export const listsEn: SameWords<typeof listsFr> = {
  title: "Customer lists",
  subtitle: "Find your customers among the visitors. Your files never leave this computer.",
  add: "Bring a list",
  choose: "Advertiser",
  chooseHint: "Choose the advertiser whose customers you bring.",
  none: {
    title: "No list yet",
    text: "Bring a file of addresses of customers who agreed to advertising: a campaign can prefer them, or be for them alone.",
  },
  private:
    "Who is on a list is told to nobody. Visitors who are found are counted in tens, and only from 50 on.",
  columns: {
    name: "List",
    entries: "Lines",
    people: "Visitors found",
    until: "Valid until",
    uses: "Campaigns",
    actions: "Actions",
  },
  identifiers: {
    email_sha256: "E-mail addresses",
    id_sha256: "Customer numbers",
  },
  people: (count) => `at least ${count}`,
  states: {
    empty: "empty",
    waiting: "being counted",
    too_small: "fewer than 50",
    usable: "usable",
    expired: "expired",
  },
  untilOf: (day) => `Until ${day}`,
  collected: (day) => `consents of ${day}`,
  unused: "none",
  moreUses: (count) => `and ${count} more`,
  actions: {
    of: (name) => `Actions for ${name}`,
    use: "Use in a campaign",
    useLater: "Usable from 50 visitors found on",
    fill: "Send another file",
    remove: "Delete",
  },
  file: {
    label: "File",
    choose: "Choose a CSV or text file",
    clear: "Take the file back",
    hints: {
      email_sha256:
        "An address a line, or a table with a column of addresses. They become fingerprints (SHA-256) right here: only fingerprints are sent.",
      id_sha256:
        "A number a line, as your site knows it. They become fingerprints (SHA-256) right here: only fingerprints are sent.",
    },
  },
  form: {
    title: "Bring a customer list",
    name: "Name of the list",
    nameHint: "For you alone: visitors do not read it.",
    identifier: "What the file holds",
    collectedOn: "Consents collected from",
    collectedHint: "The day of the oldest one.",
    expiresOn: "Valid until",
    expiresHint: "At most 390 days later.",
    tooLong: "At most 390 days after the oldest consent.",
    attests: "You attest that",
    attestsHint: "You answer for it: the ad server's operator may ask for your proofs.",
    consent: "everybody agreed to ads that are chosen for them",
    adultsOnly: "nobody is a minor",
    noSpecialCategories:
      "the list does not come from health, opinions, religion or anything like them",
    mustAttest: "Without this the list cannot be used.",
    create: "Send the list",
  },
  fill: {
    title: "Send another file",
    how: "What about those on it already?",
    replace: "Replace them",
    add: "Add to them",
    send: "Send",
  },
  upload: {
    hashing: (done, all) => `Fingerprints: ${done} of ${all} lines`,
    sending: (done, all) => `Sending: ${done} of ${all} lines`,
    stop: "Stop",
    done: countedEn("# line sent", "# lines sent"),
    unread: countedEn(
      "# line without an address or fingerprint was passed over.",
      "# lines without an address or fingerprint were passed over.",
    ),
    next: "The visitors found are counted within the hour.",
    stopped: "Stopped: nothing was sent.",
    part: countedEn(
      "Only a part arrived (# line). Send the file again to have all of it.",
      "Only a part arrived (# lines). Send the file again to have all of it.",
    ),
    nothing: "Nothing was found in this file: no address, no number, no fingerprint.",
    cannotHash:
      "This page was not opened over https: the browser cannot make fingerprints. Send a file of SHA-256 fingerprints, or open the console over https.",
    tooLong: "A list has a million lines at most. Split your file.",
  },
  use: {
    title: "Use the list",
    none: "This advertiser has no open campaign. Create one, then come back.",
    campaign: "Campaign",
    how: "These visitors",
    ways: {
      prefer: "are preferred (they count double)",
      only: "are the only ones it is shown to",
      none: "no longer count for it",
    },
    save: "Save",
    saved: (name) => `${name} is changed`,
  },
  remove: {
    title: "Delete the list",
    text: (name) =>
      `The fingerprints of “${name}” are deleted; within minutes nobody is found by it any more. Campaigns for this list alone are no longer shown.`,
    action: "Delete",
    done: (name) => `The list ${name} is deleted`,
  },
};
