import { testDynamodbFaults } from "./dynamodbOutage.ts";

testDynamodbFaults(["cut", "slow"]);
