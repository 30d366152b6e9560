import { createServer } from 'node:net';
import { refuseOpenAddress } from '../../access/refuse-open-address.ts';
import { stateDirHolder } from '../../config/state-lock.ts';
import { defaultStateDir } from '../../config/state-dir.ts';
import { toManifoldError } from '../../errors.ts';
import { readTls } from '../../server/read-tls.ts';
import type { Finding, Patient } from './finding.ts';

/** Whether the configured addresses can be listened on, with the keys and the TLS files that a start asks for. */
export async function checkAddress({ config, env }: Patient): Promise<Finding[]> {
  const { host, port, admin, tls, auth } = config;
  const running = stateDirHolder(config.stateDir ?? defaultStateDir(env));
  const findings = [await checkListening(host, port, names.port, running)];
  if (admin !== undefined) findings.push(await checkListening(admin.host, admin.port, names.admin, running));
  // With keys a start makes the first one.
  const open = auth.enabled ? undefined : await refusal(refuseOpenAddress(host, auth, undefined));
  if (open !== undefined) {
    findings.push({ check: 'keys', status: 'fail', found: open, advice: 'Leave them on, or choose another --host.' });
  }
  if (tls === undefined) return findings;
  const refused = await refusal(readTls(tls));
  const found = refused ?? `${tls.cert} and ${tls.key} are a pair`;
  return [...findings, { check: 'tls', status: refused === undefined ? 'ok' : 'fail', found }];
}

const names = {
  port: { check: 'port', host: '--host', port: '--port' },
  admin: { check: 'admin', host: 'admin.host', port: 'admin.port' },
} as const;

async function checkListening(
  host: string,
  port: number,
  { check, ...name }: (typeof names)[keyof typeof names],
  running: ReturnType<typeof stateDirHolder>,
): Promise<Finding> {
  const code = await tryListen(host, port);
  const at = `${host}:${port}`;
  if (code === undefined) return { check, status: 'ok', found: `${at} is free` };
  const url = check === 'port' ? running?.url : running?.adminUrl;
  if (code === 'EADDRINUSE' && running !== undefined && url?.endsWith(`:${port}`)) {
    return { check, status: 'ok', found: `${at} is served by manifold (pid ${running.pid})` };
  }
  const advice =
    code === 'EADDRINUSE'
      ? `Choose another with ${name.port} ${port + 1}.`
      : `Choose another with ${name.host} or ${name.port}.`;
  return { check, status: 'fail', found: `${at} cannot be used (${code})`, advice };
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? 'unknown'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** What a start would be refused with, in its words. */
function refusal(done: Promise<unknown>): Promise<string | undefined> {
  return done.then(
    () => undefined,
    (failure: unknown) => toManifoldError(failure).message,
  );
}
