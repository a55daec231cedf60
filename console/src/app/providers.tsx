import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { createQueryClient } from "../api/queryClient.ts";
import { settings } from "./settings.ts";
import { cssVariables, theme } from "./theme.ts";

/** What is said meanwhile waits for it. */
/** Where its code does not come nothing is said briefly; the page goes on. */
const Toasts = lazy(
  (): Promise<{ readonly default: () => ReactNode }> =>
    import("./Toasts.tsx").then(
      (module) => ({ default: module.Toasts }),
      () => ({ default: () => null }),
    ),
);
const queryClient = createQueryClient();

export function Providers({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={settings.nonce === "" ? undefined : () => settings.nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={null}>
          <Toasts />
        </Suspense>
        {children}
      </QueryClientProvider>
    </MantineProvider>
  );
}
