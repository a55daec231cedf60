import assert from "node:assert/strict";
import { test } from "node:test";
import { built } from "./support/built.ts";
import { type Grant, grantsOf } from "./support/grants.ts";

interface Explained {
  readonly roles: RegExp;
  /** What of the statement has the star in it. */
  readonly star: RegExp;
  readonly actions: RegExp;
  readonly why: string;
}

/** All that any role may do with a star in it. */
const explained: readonly Explained[] = [
  {
    roles: /StartRole/,
    star: /^\*$/,
    actions: /^ecr:GetAuthorizationToken$/,
    why: "A token for the registry is of no resource; what it pulls is one repository",
  },
  {
    roles: /DeliveryRole/,
    star: /\/(lake|errors)\/[a-z_]+\.v\d+\/\*"/,
    actions: /^s3:(PutObject|AbortMultipartUpload)$/,
    why: "Objects of one table's folder",
  },
  {
    roles: /WarehouseRole/,
    star: /\/lake\/\*"/,
    actions: /^s3:GetObject$/,
    why: "Redshift reads any object of the lake",
  },
  {
    roles: /(MergeLake|Score)TaskRole/,
    star: /\/(lake|merged)\/\*"/,
    actions: /^s3:(Get|Put|Delete)Object$/,
    why: "Objects of the lake: those that landed are read, those that were merged are written and read",
  },
  {
    roles: /(Ads|Management)TaskRole/,
    star: /Media.*\/\*"/,
    actions: /^s3:(Get|Put|Delete)Object$/,
    why: "Pictures of one bucket",
  },
  {
    roles: /(Ads|Management)TaskRole/,
    star: /log-group:\/atelier\/\w+\/(ads|management)\/metrics:\*/,
    actions: /^logs:(CreateLogStream|PutLogEvents|DescribeLogStreams)$/,
    why: "Streams of one log group, named after tasks",
  },
  {
    roles: /MachineRole/,
    star: /^\*$|ecs:Submit\*|container-instance/,
    actions:
      /^(ecs:(DiscoverPollEndpoint|Submit\*|Poll|StartTelemetrySession|RegisterContainerInstance|DeregisterContainerInstance)|ecr:GetAuthorizationToken|logs:.*)$/,
    why: "ECS's agent, as CDK grants it; bound to the cluster where its actions can be",
  },
];

const hasStar = (text: string): boolean => text.includes("*");

function unexplained({ role, actions, resources }: Grant): readonly string[] {
  const stars = [...actions, ...resources].filter(hasStar);
  return stars
    .filter(
      (star) =>
        !explained.some(
          (one) =>
            one.roles.test(role) &&
            one.star.test(star) &&
            actions.every((action) => one.actions.test(action)),
        ),
    )
    .map((star) => `${role}: ${actions.join(", ")} on ${star}`);
}

test("no role may do anything to anything beyond what is explained", () => {
  const grants = [built("prod"), built("prod", "ec2")].flatMap(({ stacks }) =>
    stacks.flatMap(grantsOf),
  );
  assert.ok(grants.length > 60, String(grants.length));
  assert.deepEqual(grants.flatMap(unexplained), []);
});

test("every explanation is needed", () => {
  const grants = [built("prod"), built("prod", "ec2")].flatMap(({ stacks }) =>
    stacks.flatMap(grantsOf),
  );
  const starred = grants.filter(({ actions, resources }) =>
    [...actions, ...resources].some(hasStar),
  );
  for (const { roles, star, why } of explained)
    assert.ok(
      starred.some(
        ({ role, actions, resources }) =>
          roles.test(role) && [...actions, ...resources].some((one) => star.test(one)),
      ),
      why,
    );
});

test("a star that somebody adds is found", () => {
  const bad = { role: "AtelierProdService/AdsTaskRole", actions: ["s3:*"], resources: ["arn"] };
  assert.equal(unexplained(bad).length, 1);
});

test("managed policies of AWS, which are wide, are used by none", () => {
  for (const { stacks } of [built("prod"), built("prod", "ec2")])
    for (const { name, text } of stacks) assert.ok(!text.includes(":iam::aws:policy/"), name);
});

test("who merges the lake writes nothing that landed; who scores writes nothing of either", () => {
  const grants = built("prod").stacks.flatMap(grantsOf);
  const writes = (role: RegExp) =>
    grants
      .filter(
        (one) =>
          role.test(one.role) && one.actions.some((action) => /^s3:(Put|Delete)/.test(action)),
      )
      .flatMap(({ resources }) => resources);
  assert.equal(writes(/MergeLakeTaskRole/).length, 1);
  assert.match(writes(/MergeLakeTaskRole/)[0] ?? "", /\/merged\/\*"/);
  assert.deepEqual(writes(/ScoreTaskRole/), []);
});

test("ads may not touch what is management's, nor the other way round", () => {
  const grants = built("prod").stacks.flatMap(grantsOf);
  const actionsOf = (role: RegExp) =>
    grants.filter((one) => role.test(one.role)).flatMap(({ actions }) => actions);
  const ads = actionsOf(/AdsTaskRole/);
  assert.ok(ads.includes("dynamodb:GetItem") && ads.includes("rds-db:connect"));
  for (const action of [
    "s3:PutObject",
    "s3:DeleteObject",
    "dynamodb:BatchWriteItem",
    "dynamodb:Query",
  ])
    assert.ok(!ads.includes(action), action);
  assert.ok(actionsOf(/ManagementTaskRole/).includes("s3:PutObject"));
});
