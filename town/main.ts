import { tellActivity } from "./activity.ts";
import { setUpChoices } from "./choices.ts";
import { setUpPanel } from "./panel.ts";
import { startVisit } from "./visit.ts";

/** The town's pages: a stub of a consent platform first, as the tag asks it; then the panel. */
const visit = startVisit();
const choices = setUpChoices(visit);
setUpPanel(visit, choices);
tellActivity(visit, choices);
