import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from "@mantine/core";

/** The one accent: a deep sea green. White on step 6 (dark theme) and 7 (light) is more than 4.5 to 1. */
const atelier: MantineColorsTuple = [
  "#eaf6f2",
  "#d3ebe3",
  "#a7d8c8",
  "#77c4ac",
  "#51b394",
  "#39a885",
  "#217a62",
  "#1b6f5a",
  "#145947",
  "#0b4437",
];

/** What ends something; white on it as on the accent. */
const red: MantineColorsTuple = [
  "#fff1f0",
  "#ffdedb",
  "#ffbdb8",
  "#fb938c",
  "#f2726a",
  "#e5534b",
  "#cb3a34",
  "#b92a26",
  "#9f1f1d",
  "#7d1514",
];

/** What waits, or needs a look: as a text on its own tint it is more than 4.5 to 1. */
const yellow: MantineColorsTuple = [
  "#fff8e6",
  "#ffefc7",
  "#fde08e",
  "#f9cd55",
  "#eab42c",
  "#c98f0f",
  "#a87208",
  "#875800",
  "#6d4700",
  "#503400",
];

/** Greys with a little of the accent, so that nothing is cold. */
const dark: MantineColorsTuple = [
  "#d3dad6",
  "#b6c0bb",
  "#94a19b",
  "#6d7c76",
  "#3d4b46",
  "#2f3c38",
  "#212d29",
  "#121a18",
  "#0e1513",
  "#0a100e",
];
const gray: MantineColorsTuple = [
  "#f7f9f8",
  "#f0f3f1",
  "#e6ebe8",
  "#d9e0dc",
  "#c5cec9",
  "#a4b0aa",
  "#75827c",
  "#58655f",
  "#3a4641",
  "#212b27",
];

export const theme = createTheme({
  primaryColor: "atelier",
  primaryShade: { light: 7, dark: 6 },
  colors: { atelier, dark, gray, red, yellow },
  black: "#1a2320",
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', monospace",
  headings: {
    fontFamily: "'Bricolage Grotesque Variable', 'Inter Variable', system-ui, sans-serif",
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "clamp(26px, 2.4vw, 34px)", lineHeight: "1.15" },
      h2: { fontSize: "21px", lineHeight: "1.25" },
      h3: { fontSize: "17px", lineHeight: "1.35" },
    },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  // As round as all else they would look like radio buttons.
  components: { Checkbox: { defaultProps: { radius: "sm" } } },
  respectReducedMotion: true,
  autoContrast: true,
  luminanceThreshold: 0.26,
  // What is written on the accent: of itself Mantine looks at the light scheme alone.
  variantColorResolver(input) {
    const colors = defaultVariantColorsResolver(input);
    const isAccent = input.color === undefined || input.color === "atelier";
    if (!isAccent || input.variant !== "filled") return colors;
    return { ...colors, color: "var(--mantine-primary-color-contrast)" };
  },
});

/** Text that steps back is still 4.5 to 1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#58655f",
    "--mantine-color-placeholder": "#69766f",
    "--mantine-color-error": red[7],
  },
  dark: {
    "--mantine-color-dimmed": "#a0ada7",
    "--mantine-color-placeholder": "#8a9892",
    "--mantine-color-error": red[4],
  },
});
