import { defaultTreeAdapter, parse, type DefaultTreeAdapterMap as Tree } from "parse5";
import type { FieldProblem } from "../errors.ts";

/** What a shop's HTML may use. */
export interface HtmlRules {
  /** Hosts whose scripts may be loaded; empty = only scripts that stand in the code itself. */
  readonly scriptHosts: readonly string[];
}

export const strictHtml: HtmlRules = { scriptHosts: [] };

/** A parser repeats open elements in every paragraph: 50 kB can become millions of elements, and this many are no ad. */
const maxElements = 5_000;
/** Elements inside elements: for each end tag a parser looks through all that are open. */
const maxDepth = 256;
const maxProblems = 10;

/** Elements that an ad has no use for, and why they are refused. */
const refusedElements: Readonly<Record<string, string>> = {
  applet: "plugins are not shown",
  base: "changes where every link of the ad leads",
  embed: "plugins are not shown",
  fencedframe: "other pages must not be shown inside an ad",
  form: "an ad must not collect what visitors type",
  frame: "other pages must not be shown inside an ad",
  frameset: "other pages must not be shown inside an ad",
  iframe: "other pages must not be shown inside an ad",
  input: "an ad must not collect what visitors type",
  link: "nothing outside of the ad's code is loaded; use a style element",
  object: "plugins are not shown",
  param: "plugins are not shown",
  portal: "other pages must not be shown inside an ad",
  textarea: "an ad must not collect what visitors type",
};

/** Attributes that hold an address. */
const addressAttributes = new Set([
  "action",
  "background",
  "cite",
  "data",
  "formaction",
  "href",
  "longdesc",
  "manifest",
  "ping",
  "poster",
  "src",
  "xlink:href",
]);

/**
 * Reads HTML as a browser does, with and without scripts, and names what must not stand in an ad: scripts from hosts that
 * are not allowed, forms, plugins, frames, `base`, `meta http-equiv`, addresses that run code. At most ten problems, at
 * /html. Pure; bounded for any input of the permitted size.
 */
export function scanHtml(html: string, rules: HtmlRules = strictHtml): readonly FieldProblem[] {
  const found = new Set<string>();
  try {
    for (const scriptingEnabled of [true, false]) {
      let left = maxElements;
      let depth = 0;
      const createElement: typeof defaultTreeAdapter.createElement = (...args) => {
        left -= 1;
        if (left < 0) throw new TooManyElements();
        return defaultTreeAdapter.createElement(...args);
      };
      const onItemPush = (): void => {
        depth += 1;
        if (depth > maxDepth) throw new TooDeep();
      };
      const onItemPop = (): void => {
        depth -= 1;
      };
      const treeAdapter = { ...defaultTreeAdapter, createElement, onItemPush, onItemPop };
      collect(parse(html, { scriptingEnabled, treeAdapter }), rules, found);
    }
  } catch (error) {
    if (error instanceof TooManyElements) {
      found.add(`must have at most ${maxElements} elements as a browser reads it`);
    } else if (error instanceof TooDeep) {
      found.add(`must not nest elements deeper than ${maxDepth}`);
    } else throw error;
  }
  return [...found].slice(0, maxProblems).map((rule) => ({ pointer: "/html", rule }));
}

class TooManyElements extends Error {}
class TooDeep extends Error {}

/** Without recursion: elements nest as deeply as the author likes. */
function collect(document: Tree["document"], rules: HtmlRules, found: Set<string>): void {
  const waiting: Tree["node"][] = [document];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if ("tagName" in node) for (const rule of problemsOf(node, rules)) found.add(rule);
    if ("content" in node) waiting.push(node.content);
    if ("childNodes" in node) waiting.push(...node.childNodes);
  }
}

function problemsOf(element: Tree["element"], rules: HtmlRules): readonly string[] {
  const name = element.tagName.toLowerCase();
  const refused = Object.hasOwn(refusedElements, name) ? refusedElements[name] : undefined;
  const problems = refused === undefined ? [] : [`must not contain <${name}>: ${refused}`];
  if (name === "meta" && has(element, "http-equiv")) {
    problems.push("must not contain <meta http-equiv>: an ad leads nowhere by itself");
  }
  if (name === "script") problems.push(...scriptProblems(element, rules));
  problems.push(...element.attrs.flatMap((attribute) => addressProblems(attribute)));
  return problems;
}

function scriptProblems(element: Tree["element"], { scriptHosts }: HtmlRules): readonly string[] {
  const sources = element.attrs.filter((it) => it.name === "src" || it.name.endsWith("href"));
  return sources.flatMap(({ value }) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url?.protocol === "https:" && scriptHosts.includes(url.host)) return [];
    const shown = (url?.host ?? "") === "" ? value.slice(0, 60) : url?.host;
    return [`must not load a script from ${JSON.stringify(shown)}: scripts stand in the ad's code`];
  });
}

const has = (element: Tree["element"], name: string): boolean =>
  element.attrs.some((attribute) => attribute.name === name);

type Attribute = Tree["element"]["attrs"][number];

/** Browsers leave out controls and spaces before they look at a scheme. */
function addressProblems({ name, prefix, value }: Attribute): readonly string[] {
  const full = prefix === undefined || prefix === "" ? name : `${prefix}:${name}`;
  if (name === "srcdoc") return ["must not contain srcdoc: it hides code in an attribute"];
  if (!addressAttributes.has(name) && !addressAttributes.has(full)) return [];
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(value.replace(/[\p{Cc}\s]/gu, "").toLowerCase())?.[1];
  if (scheme === "javascript" || scheme === "vbscript" || scheme === "filesystem") {
    return [`must not contain ${scheme}: addresses`];
  }
  const isPage = scheme === "data" && !/^\s*data:(image|font|audio|video)\//i.test(value);
  return isPage ? ["must not contain data: addresses other than pictures, fonts and sounds"] : [];
}
