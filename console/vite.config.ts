import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run console:dev` finds the API: an embedded start on its usual port. */
const server = "http://localhost:8080";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "dist",
    // A page that is open still asks for files of the build before: `buildConsole.mjs` takes them away later.
    emptyOutDir: false,
    // Which file needs which: the build measures the first view by it.
    manifest: true,
    // Fonts and pictures are files of our own, never data in a style sheet: the content policy can say so.
    assetsInlineLimit: 0,
    // What is asked for is asked for by tags of this page and by imports.
    modulePreload: { polyfill: false },
    target: "es2023",
    // light-dark() as it is written: lowered, it knows nothing of the scheme that Mantine sets.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
  server: { proxy: { "/v1": { target: server, changeOrigin: true } } },
});
