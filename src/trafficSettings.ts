import { optional, withDefault } from "./defineSettings.ts";
import { integer, listOfTexts, oneOf, text } from "./settingKinds.ts";

const anyNumber = integer(0, 99_999);

/** Whose traffic is nobody's: docs/adr/0017-invalid-traffic.md says why these numbers. */
export const trafficSettings = {
  invalidTraffic: withDefault(
    "INVALID_TRAFFIC",
    oneOf("filter", "off"),
    "filter",
    "`filter` charges nothing for invalid traffic and gives bots no paid ads; `off` doubts nobody.",
  ),
  dataCentreRangesFile: optional(
    "DATA_CENTRE_RANGES_FILE",
    text("a path"),
    "A file of data centres' addresses, a CIDR block a line: traffic from there is invalid. Followed when it changes.",
  ),
  appUserAgents: optional(
    "APP_USER_AGENTS",
    listOfTexts(50, 100),
    "How the user agents of your own apps begin, separated by commas: libraries such as okhttp look like bots.",
  ),
  fastestClickMs: withDefault(
    "FASTEST_CLICK_MS",
    integer(0, 10_000),
    500,
    "A click sooner after its ad was chosen is invalid. 0 switches the rule off.",
  ),
  duplicateClickSeconds: withDefault(
    "DUPLICATE_CLICK_SECONDS",
    integer(0, 86_400),
    1_800,
    "For how long a person's next clicks on the same campaign are free. 0 switches the rule off.",
  ),
  maxClicksPerAddress: withDefault(
    "MAX_CLICKS_PER_ADDRESS",
    anyNumber,
    20,
    "The most clicks on one advertiser's ads from one network (IPv4 /24, IPv6 /48) in an hour; 0 = any.",
  ),
  maxViewsPerAddress: withDefault(
    "MAX_VIEWS_PER_ADDRESS",
    anyNumber,
    500,
    "The same for impressions, and for views.",
  ),
  maxClicksPerPerson: withDefault(
    "MAX_CLICKS_PER_PERSON",
    anyNumber,
    5,
    "The most clicks on one advertiser's ads of one visitor, or one kind of browser on one network, in an hour; 0 = any.",
  ),
  maxViewsPerPerson: withDefault(
    "MAX_VIEWS_PER_PERSON",
    anyNumber,
    100,
    "The same for impressions, and for views.",
  ),
} as const;
