import {
  App,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Validations,
} from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { type Exception, exceptions } from "./exceptions.ts";

type Violating = PolicyViolation["violatingResources"][number];

/** An app that is held against AWS's rules for solutions as it is synthesised: one that breaks any without a reason is not made. */
export function checkedApp(outdir: string, onExcepted: (exception: Exception) => void): App {
  const app = new App({
    outdir,
    analyticsReporting: false,
    // Templates are held against what CloudFormation knows, too: a machine that a region does not have is found here.
    context: { "@aws-cdk/core:validateAgainstDefaultRules": true },
  });
  const checks = new AwsSolutionsChecks(app);
  const plugin: IPolicyValidationPlugin = {
    name: checks.name,
    validate: (context: IPolicyValidationContext) =>
      withoutExceptions(checks.validate(context), onExcepted),
  };
  Validations.of(app).addPlugins(plugin);
  return app;
}

function withoutExceptions(
  report: PolicyValidationPluginReport,
  onExcepted: (exception: Exception) => void,
): PolicyValidationPluginReport {
  const violations = report.violations
    .map((violation) => {
      const violatingResources = violation.violatingResources.filter((resource) => {
        const exception = exceptionOf(violation.ruleName, resource);
        if (exception !== undefined) onExcepted(exception);
        return exception === undefined;
      });
      return { ...violation, violatingResources };
    })
    .filter(({ violatingResources }) => violatingResources.length > 0);
  return { ...report, success: violations.length === 0, violations };
}

/** The reason why a construct may break a rule. */
export function exceptionOf(ruleName: string, resource: Violating): Exception | undefined {
  const path = resource.constructPath ?? resource.resourceLogicalId ?? "";
  return exceptions.find(({ rule, paths }) => ruleName.startsWith(rule) && paths.test(path));
}
