import { optional, withDefault } from "./defineSettings.ts";
import { listOfTexts, oneOf, text, url } from "./settingKinds.ts";

/** Pictures, shops' HTML and landing pages: docs/creatives.md. */
export const creativeSettings = {
  mediaBucket: optional(
    "MEDIA_BUCKET",
    text("the name of an S3 bucket"),
    "Where uploaded pictures are kept; without it `media` in the data folder, which one node alone can serve.",
  ),
  mediaEndpoint: optional(
    "MEDIA_ENDPOINT",
    url(["http:", "https:"], "http://127.0.0.1:9000"),
    "An S3 other than AWS's own.",
  ),
  creativeScriptHosts: optional(
    "CREATIVE_SCRIPT_HOSTS",
    listOfTexts(20, 253),
    "Hosts whose scripts shops' HTML may load, separated by commas; without it none.",
  ),
  linkChecks: withDefault(
    "LINK_CHECKS",
    oneOf("on", "loopback", "off"),
    "on",
    "Whether landing pages are asked after each save and every day; `loopback` also asks this very machine, for tries.",
    "off",
  ),
} as const;
