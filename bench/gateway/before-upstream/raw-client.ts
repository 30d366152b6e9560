import { connect, type Socket } from 'node:net';
import { createMessageReader } from './http-messages.ts';

/** One connection that is kept alive, for one request at a time. */
export interface RawClient {
  /** Resolves at the end of a 200; throws for any other answer. `onBody` gets the body as it comes. */
  ask(request: Buffer, onBody?: (bytes: Buffer) => void): Promise<void>;
  /** Leaves, also in the middle of an answer. */
  close(): void;
}

interface Exchange {
  readonly resolve: () => void;
  readonly reject: (failure: Error) => void;
  readonly onBody: ((bytes: Buffer) => void) | undefined;
  status: number;
  refusal: string;
}

export function createRawClient(port: number): RawClient {
  let socket: Socket | undefined;
  let exchange: Exchange | undefined;

  const end = (failure?: Error) => {
    const ended = exchange;
    exchange = undefined;
    if (failure === undefined) ended?.resolve();
    else ended?.reject(failure);
  };
  const open = (): Socket => {
    const opened = connect({ host: '127.0.0.1', port, noDelay: true });
    const read = createMessageReader({
      onHead(head) {
        if (exchange) exchange.status = Number(head.slice(9, 12));
      },
      onBody(bytes) {
        if (exchange?.status === 200) exchange.onBody?.(bytes);
        else if (exchange) exchange.refusal += bytes.toString();
      },
      onEnd() {
        const { status = 0, refusal = '' } = exchange ?? {};
        end(status === 200 ? undefined : new Error(`status ${status}: ${refusal}`));
      },
    });
    return opened
      .on('data', read)
      .on('error', end)
      .on('close', () => {
        if (socket === opened) socket = undefined;
        end(new Error('The connection closed before the answer was whole.'));
      });
  };
  return {
    ask(request, onBody) {
      socket ??= open();
      const sending = socket;
      return new Promise((resolve, reject) => {
        exchange = { resolve, reject, onBody, status: 0, refusal: '' };
        sending.write(request);
      });
    },
    close: () => socket?.destroy(),
  };
}
