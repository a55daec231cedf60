import { CloudFormationClient, DeleteStackCommand } from "@aws-sdk/client-cloudformation";

/** The function on AWS: a budget was spent, and the stack that it is of goes. */
export async function handler(): Promise<void> {
  await new CloudFormationClient().send(new DeleteStackCommand({ StackName: process.env.STACK }));
}
