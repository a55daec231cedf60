import { activitySchemas } from "../../support/activityLake.ts";
import { describeKeeping } from "../../support/keepingContract.ts";
import { openTestLake } from "../../support/lake.ts";

describeKeeping("a folder", () => openTestLake(activitySchemas));
