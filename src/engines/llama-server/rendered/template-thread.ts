import { parentPort } from 'node:worker_threads';
import { toManifoldError } from '../../../errors.ts';
import { serverGrammar } from './server-grammar.ts';
import { describeTemplate } from './template-facts.ts';
import type { TemplateAnswer, TemplateOrder } from './template-worker.ts';

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port has no origin */

parentPort?.on('message', (order: TemplateOrder) => parentPort?.postMessage(answered(order)));
// Loading takes time of its own, which no order is to pay for.
parentPort?.postMessage('ready');

function answered(order: TemplateOrder): TemplateAnswer {
  try {
    return { result: 'write' in order ? serverGrammar(order.write) : describeTemplate(order.describe) };
  } catch (failure) {
    const { code, message, param } = toManifoldError(failure);
    return { error: { code, message, param } };
  }
}
