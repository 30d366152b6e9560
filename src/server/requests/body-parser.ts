import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ManifoldError } from '../../errors.ts';
import type { JsonBounds } from '../../lib/json-scan.ts';
import type { BodyWorker } from './body-worker.ts';
import { waitsToContinue } from '../early-answer.ts';
import { tooLarge } from '../framework-error.ts';
import { emptyBody, parseJsonBody } from './parse-json-body.ts';

/** Bodies above this size are parsed away from the event loop, which they would hold for too long. */
const largestParsedHere = 1024 * 1024;

interface BodyParserOptions {
  readonly bounds: JsonBounds;
  readonly maxBodyBytes: number;
  readonly worker: BodyWorker;
}

/**
 * JSON is the only body this server reads: any other content type or any content encoding is a 415. None at all, whatever
 * type it is said to have, is a 400 where the route needs one.
 */
export function addBodyParser(app: FastifyInstance, { bounds, maxBodyBytes, worker }: BodyParserOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    async (_request: unknown, body: string | Buffer) => {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      if (bytes.length === 0) return undefined;
      return bytes.length > largestParsedHere ? worker.parse(bytes) : parseJsonBody(bytes, bounds);
    },
  );
  // Node by itself says "continue" before anyone looked at the request; here that is said once it was let in.
  // Any other expectation it would refuse without a word; a server may ignore what it does not know (RFC 9110 §10.1.1).
  for (const event of ['checkContinue', 'checkExpectation'])
    app.server.on(event, (request, response) => app.server.emit('request', request, response));
  app.addHook('preParsing', async (request, reply, payload) => {
    // A type of nothing says nothing; curl and browsers name one.
    if (isLeftOut(request.raw.headers)) delete request.raw.headers['content-type'];
    // Before the client is told to go on: it would send all of it for nothing.
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      throw new ManifoldError('request_too_large', tooLarge(maxBodyBytes));
    }
    // Refused before the body is read: a compressed body hides its real size.
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      throw new ManifoldError(
        'unsupported_media_type',
        'Compressed bodies are not accepted. Send plain JSON without `content-encoding`.',
      );
    }
    if (waitsToContinue(request.raw)) {
      reply.raw.writeContinue();
      // From now on its body is on the way.
      delete request.raw.headers.expect;
    }
    return payload;
  });
  app.addHook('preValidation', (request, _, done) => {
    if (request.body === undefined && request.routeOptions.config.needsBody === true) throw emptyBody();
    done();
  });
}

function isLeftOut({ 'content-length': length = '0', 'transfer-encoding': coding }: IncomingHttpHeaders): boolean {
  return length === '0' && coding === undefined;
}
