import { ownInStart, withDefault } from "./defineSettings.ts";
import { integer } from "./settingKinds.ts";

/** How a server is divided into processes: docs/adr/0053-serving-processes.md says why so. */
export const processSettings = {
  servingProcesses: ownInStart(
    withDefault(
      "SERVING_PROCESSES",
      integer(1, 64),
      1,
      "How many processes of this server serve ads on the one port: as many as there are processors for them. Each has its own picture of the campaigns.",
    ),
  ),
} as const;
