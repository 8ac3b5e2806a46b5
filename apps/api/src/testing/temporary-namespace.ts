import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '@ferry/contracts';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';

const KEYWORD = 2;
const A_DAY = { seconds: 86_400 as unknown as Long };
type Long = NonNullable<
  Parameters<Connection['workflowService']['registerNamespace']>[0]['workflowExecutionRetentionPeriod']
>['seconds'] &
  object;

/** A namespace of its own for one test file: other files' workers listen to the same queue’s name. */
export async function createTemporaryNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: A_DAY });
    const searchAttributes = Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map((name) => [name, KEYWORD]));
    await untilKnown(() => connection.operatorService.addSearchAttributes({ namespace, searchAttributes }));
    const client = new Client({ connection, namespace });
    await untilKnown(() => client.workflow.count(`${SEARCH_ATTRIBUTES.migration} = 'x'`));
  } finally {
    await connection.close();
  }
  return namespace;
}

/** The server's parts learn of a namespace one after the other, and tell nobody when. */
async function untilKnown(ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!isGrpcServiceError(error) && !(error instanceof Error && isGrpcServiceError(error.cause))) throw error;
      await delay(200);
    }
  }
}
