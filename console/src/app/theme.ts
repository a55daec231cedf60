import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: a deep sea green, 4.5 to 1 on white from 7 on, on the dark background from 4 down. */
const atelier: MantineColorsTuple = [
  "#eaf6f2",
  "#d5ebe4",
  "#a9d8c9",
  "#7ac4ad",
  "#54b395",
  "#3ca886",
  "#2b8c6f",
  "#1f6f5c",
  "#175a4a",
  "#0d4638",
];

export const theme = createTheme({
  primaryColor: "atelier",
  primaryShade: { light: 7, dark: 6 },
  colors: { atelier },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: {
    fontFamily: "'Bricolage Grotesque Variable', 'Inter Variable', system-ui, sans-serif",
    fontWeight: "600",
  },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  autoContrast: true,
});
