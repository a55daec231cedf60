import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settings } from "../../src/settings.ts";
import { pocCosts } from "../lib/poc/pocCosts.ts";
import { pocLimits, readPocOrder } from "../lib/poc/pocOrder.ts";
import { pocSettings } from "../lib/poc/pocService.ts";
import { priceLines, readPrices, sumOf } from "../lib/prices/estimate.ts";
import { stageCosts, trafficOf } from "../lib/prices/stageCosts.ts";
import { sizes, stages } from "../lib/sizes.ts";
import { builtPoc, type Properties, pocOrder, resourcesOf } from "./support/built.ts";
import { grantsOf } from "./support/grants.ts";

const nowMs = Date.UTC(2026, 10, 23, 18, 0, 20);

describe("an order", () => {
  test("has a week and 300 dollars unless it is said", () => {
    const { days, budgetDollars, endsAtMs } = readPocOrder(["florists"], nowMs);
    assert.deepEqual([days, budgetDollars], [7, 300]);
    assert.equal(new Date(endsAtMs).toISOString(), "2026-11-30T18:00:00.000Z");
  });

  test("with a bad name, number of days or budget is refused with the rule", () => {
    for (const name of ["", "ab", "Florists", "abc-", "a--b", "a_b", "1ab", "x".repeat(21)])
      assert.throws(() => readPocOrder([name], nowMs), /NAME must be 3 to 20 small letters/, name);
    for (const days of ["0", "31", "1.5", "week", "-1", ""])
      assert.throws(
        () => readPocOrder(["abc", `--days=${days}`], nowMs),
        /--days must be a whole number from 1 to 30/,
        days,
      );
    for (const budget of ["19", "2001", "300€", ""])
      assert.throws(
        () => readPocOrder(["abc", `--budget=${budget}`], nowMs),
        /--budget must be/,
        budget,
      );
    assert.throws(() => readPocOrder([], nowMs), /One NAME is needed/);
    assert.throws(() => readPocOrder(["abc", "def"], nowMs), /One NAME is needed/);
    assert.throws(() => readPocOrder(["abc", "--forever"], nowMs), /Usage: npm run poc/);
  });
});

describe("its stack", () => {
  const poc = builtPoc();
  const one = (type: string): Properties => resourcesOf(poc, type)[0]?.properties ?? {};

  test("ends on its day, by a role that may delete this stack and nothing else", () => {
    const schedule = one("AWS::Scheduler::Schedule");
    assert.equal(
      schedule.ScheduleExpression,
      `at(${new Date(pocOrder.endsAtMs).toISOString().slice(0, 19)})`,
    );
    assert.match(JSON.stringify(schedule.Target), /aws-sdk:cloudformation:deleteStack/);
    const grants = poc.stacks
      .flatMap(grantsOf)
      .filter(({ role }) => /EndRole|EndAtBudgetRole/.test(role));
    const deleting = grants.filter(({ actions }) => actions.includes("cloudformation:DeleteStack"));
    assert.equal(deleting.length, 2);
    for (const { actions, resources } of deleting)
      assert.deepEqual(
        [actions, resources],
        [["cloudformation:DeleteStack"], ['{"Ref":"AWS::StackId"}']],
      );
    const others = grants
      .filter((grant) => !deleting.includes(grant))
      .flatMap(({ actions }) => actions);
    assert.ok(
      others.every((action) => action.startsWith("logs:")),
      others.join(),
    );
  });

  test("leaves nothing behind", () => {
    for (const { resources } of poc.stacks)
      for (const [id, { DeletionPolicy }] of Object.entries(resources))
        assert.ok(
          DeletionPolicy === undefined || DeletionPolicy === "Delete",
          `${id}: ${DeletionPolicy}`,
        );
    const keep = ["AWS::S3::Bucket", "AWS::ECR::Repository", "AWS::KMS::Key"];
    for (const type of keep) assert.equal(resourcesOf(poc, type).length, 0, type);
  });

  test("costs by use: no NAT, no balancer, no endpoint, no machine, its task on Spot, its database paused", () => {
    for (const type of [
      "AWS::EC2::NatGateway",
      "AWS::ElasticLoadBalancingV2::LoadBalancer",
      "AWS::EC2::VPCEndpoint",
      "AWS::EC2::Instance",
      "AWS::AutoScaling::AutoScalingGroup",
    ])
      assert.equal(resourcesOf(poc, type).length, 0, type);
    assert.match(JSON.stringify(one("AWS::ECS::Service").CapacityProviderStrategy), /FARGATE_SPOT/);
    assert.match(
      JSON.stringify(one("AWS::RDS::DBCluster").ServerlessV2ScalingConfiguration),
      /"MinCapacity":0/,
    );
  });

  test("reads the lake and may write nothing of it", () => {
    const grants = poc.stacks
      .flatMap(grantsOf)
      .filter(({ role }) => role.includes("ServerTaskRole"));
    const actions = grants.flatMap((grant) => grant.actions);
    assert.ok(actions.includes("s3:GetObject") && actions.includes("glue:GetTable"));
    const write = /^(s3|glue):(?!Get|List)/;
    assert.deepEqual(
      actions.filter((action) => write.test(action)),
      [],
    );
    assert.match(
      JSON.stringify(one("AWS::Athena::WorkGroup")),
      /"EnforceWorkGroupConfiguration":true/,
    );
  });

  test("is told apart by tags, and its budget tells somebody and ends it", () => {
    for (const { text } of poc.stacks) {
      assert.match(text, /"Key":"poc","Value":"florists"/);
      assert.match(text, /"Key":"ends"/);
    }
    const budget = JSON.stringify(one("AWS::Budgets::Budget"));
    assert.match(budget, /"Amount":300/);
    assert.match(budget, /user:poc\$florists/);
    const spent = resourcesOf(poc, "AWS::SNS::Subscription").filter(
      ({ properties }) => properties.Protocol === "lambda",
    );
    assert.equal(spent.length, 1);
  });

  test("nobody sees it unless somebody is named", () => {
    const { template } = poc;
    assert.equal(template.Parameters.VisitorRange?.Default, "127.0.0.1/32");
    assert.doesNotMatch(
      "0.0.0.0/0",
      new RegExp(template.Parameters.VisitorRange?.AllowedPattern ?? "."),
    );
  });

  test("gives its task settings that the server knows", () => {
    const given = pocSettings(pocOrder, {
      redisUrl: "rediss://c:6379?cluster=true",
      scoresTable: "t",
      publicUrl: "https://a.fr",
    });
    const kinds = new Map(Object.values(settings).map(({ name, kind }) => [name as string, kind]));
    for (const [name, value] of Object.entries(given))
      assert.notEqual(kinds.get(name)?.read(value), undefined, `${name}=${value}`);
  });
});

describe("costs", () => {
  test("of a week used hard are below the few hundred that it is meant for", () => {
    const total = sumOf(priceLines(pocCosts(pocOrder), readPrices()));
    assert.ok(total > 100 && total < 300, String(total));
    const longer = sumOf(priceLines(pocCosts({ ...pocOrder, days: 14 }), readPrices()));
    assert.ok(Math.abs(longer - 2 * total) < 0.01);
    assert.ok(pocLimits.budgetDollars >= longer);
  });

  test("of every stage are within its monthly budget", () => {
    for (const stage of stages) {
      const lines = priceLines(stageCosts(sizes[stage], trafficOf[stage], 3), readPrices());
      const total = sumOf(lines);
      assert.ok(total > 100 && total < sizes[stage].budgetDollars, `${stage}: ${total}`);
    }
  });

  test("name a page for each price, and every price is a number that somebody pays", () => {
    const { prices, asOf } = readPrices();
    assert.match(asOf, /^\d{4}-\d{2}$/);
    for (const [name, { dollars, page }] of Object.entries(prices)) {
      assert.ok(dollars > 0, name);
      assert.match(page, /^https:\/\/aws\.amazon\.com\//, name);
    }
    assert.throws(
      () => priceLines([{ what: "x", price: "nothing", quantity: 1 }], readPrices()),
      /no "nothing"/,
    );
  });
});
