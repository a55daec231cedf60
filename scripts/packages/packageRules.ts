/** Licences under which anybody may use, change and pass on; SPDX identifiers. */
export const allowedLicences: ReadonlySet<string> = new Set([
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "PSF-2.0",
  // Fonts: not to be sold by themselves.
  "OFL-1.1",
]);

/** What is used under another licence, or does not say its own in the lockfile, and why that is right. */
export const licenceExceptions: readonly {
  readonly packages: RegExp;
  readonly licence: string | null;
  /** True: only where it is not part of what is shipped. */
  readonly developmentOnly: boolean;
  readonly why: string;
}[] = [
  {
    packages: /^@img\/sharp-(libvips|wasm32|win32)/,
    licence: "LGPL-3.0-or-later",
    developmentOnly: false,
    why: "libvips, as a shared library of its own that nobody changed",
  },
  {
    packages: /^(axe-core|lightningcss.*)$/,
    licence: "MPL-2.0",
    developmentOnly: true,
    why: "tools that run unchanged and are not shipped",
  },
  {
    packages: /^(busboy|dicer|streamsearch|humanize-number|only)$/,
    licence: null,
    developmentOnly: true,
    why: "MIT by their LICENSE or README; their package.json has an older field, or none",
  },
  {
    packages: /^png-js$/,
    licence: null,
    developmentOnly: false,
    why: "MIT by its LICENSE; its package.json does not say",
  },
  {
    packages: /^@biomejs\/cli-/,
    licence: null,
    developmentOnly: true,
    why: "Biome (MIT OR Apache-2.0) for other machines",
  },
  {
    packages: /^@duckdb\/node-bindings-/,
    licence: null,
    developmentOnly: false,
    why: "DuckDB (MIT) for other machines",
  },
];

/**
 * Builds for other machines than those that the lockfile was made on: the registry at hand did not have them, so that nobody could
 * read their hash. Each must be optional and pinned.
 */
export const withoutHash = /^@biomejs\/cli-|^@duckdb\/node-bindings-/;
