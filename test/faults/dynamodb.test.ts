import { testDynamodbFaults } from "./dynamodbOutage.ts";

testDynamodbFaults(["frozen"]);
