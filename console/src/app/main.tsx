import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@fontsource-variable/inter/opsz.css";
import "@fontsource-variable/bricolage-grotesque/opsz.css";
import "./console.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { currentLanguage } from "../words/language.ts";
import { Providers } from "./providers.tsx";
import { createRouter } from "./routes.tsx";
import { settings } from "./settings.ts";

// Dialogs lock the page's scrolling by a style sheet that asks for its nonce here (the package get-nonce).
if (settings.nonce !== "") Object.assign(globalThis, { __webpack_nonce__: settings.nonce });

document.documentElement.lang = currentLanguage();
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <Providers>
        <RouterProvider router={createRouter()} />
      </Providers>
    </StrictMode>,
  );
