import { pulled, type Pulled, type PullProgressEvent, pullRequest } from '../../api/pull.ts';
import type { PullEvent } from '../../catalog/weights/fetch-plan.ts';
import type { PullPlan } from '../../catalog/weights/plan.ts';
import type { WeightsStore } from '../../catalog/weights/weights-store.ts';
import type { Endpoint } from '../endpoint.ts';
import type { StreamPace } from '../event-writer.ts';
import { limitHeaders } from '../limit-headers.ts';
import { pullEvents } from '../pull-events.ts';
import { sendEventStream } from '../sse.ts';
import { validate } from '../requests/validate.ts';
import type { Standing } from './me.ts';

interface Parts {
  readonly weights: WeightsStore;
  readonly standing: Pick<Standing, 'remaining'>;
  readonly pace: StreamPace;
}

/** Brings weights to the server. What can be refused is refused with a status, before anything is downloaded. */
export function pullWeights({ weights, standing, pace }: Parts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/manifold/pull',
    access: 'admin',
    summary: 'Download the weights of a model',
    operation: {
      id: 'pullWeights',
      tag: 'Models',
      description: 'A client that leaves stops it; the same request goes on where it was.',
      requestBody: 'PullRequest',
      response: pulled,
      streams: true,
      failures: {
        403: 'The hub asks for a token, or for its licence to be accepted.',
        404: 'No such repository, revision, file or quantisation.',
        507: 'Too little free space.',
      },
    },
    async handle({ body, exchange }, reply) {
      const { model, stream, dry_run: isTrial } = validate(pullRequest, body);
      const { signal } = exchange.controller;
      exchange.endsWhenDraining = true;
      const plan = await weights.plan(model, { signal, report: () => undefined, isRemote: true });
      if (isTrial) return describe(plan, 'planned');
      const pull = (report: (event: PullEvent) => void) => weights.fetch(plan, { signal, report });
      if (!stream) {
        await pull(() => undefined);
        return describe(plan, 'done');
      }
      const { principal } = exchange;
      reply.headers(limitHeaders(principal && (await standing.remaining?.(principal))));
      return sendEventStream(reply, told(plan, pull), pace);
    },
  };
}

async function* told(
  plan: PullPlan,
  pull: Parameters<typeof pullEvents>[0],
): AsyncGenerator<Pulled | PullProgressEvent> {
  yield describe(plan, 'planned');
  for await (const event of pullEvents(pull)) yield progressOf(event);
  yield describe(plan, 'done');
}

function describe(plan: PullPlan, status: Pulled['status']): Pulled {
  const { reference, from, quantization, files, totalBytes, presentBytes } = plan;
  return {
    object: 'manifold.pull',
    status,
    model: reference,
    from,
    quantization: quantization ?? null,
    files: files.map(({ name, bytes }) => ({ name, bytes: bytes ?? null })),
    total_bytes: totalBytes ?? null,
    present_bytes: presentBytes,
  };
}

function progressOf(event: PullEvent): PullProgressEvent {
  const object = 'manifold.pull.progress';
  const { file } = event;
  switch (event.kind) {
    case 'progress': {
      const { bytes, totalBytes } = event;
      return {
        object,
        status: 'downloading',
        file,
        bytes,
        ...(totalBytes !== undefined && { total_bytes: totalBytes }),
      };
    }
    case 'checking':
      return { object, status: 'checking', file, bytes: event.bytes };
    case 'waiting':
      return { object, status: 'waiting', file };
    case 'retrying':
      return { object, status: 'retrying', file, message: `${event.reason} Trying again in ${event.seconds} s.` };
    case 'restarting':
      return { object, status: 'restarting', file, message: event.reason };
    default:
      return event satisfies never;
  }
}
