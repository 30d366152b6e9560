import type { FastifyRequest } from 'fastify';
import { usageReport, usageReportQuery } from '../../api/usage-report.ts';
import { invalidValue, ManifoldError } from '../../errors.ts';
import { parseUsageQuery } from '../../ledger/parse-usage-query.ts';
import { presentUsage } from '../../ledger/present-usage.ts';
import { usageCsv } from '../../ledger/usage-csv.ts';
import type { UsageLedger } from '../../ledger/usage-ledger.ts';
import type { Endpoint } from '../endpoint.ts';
import { principalOf } from '../exchange.ts';
import { validate } from '../requests/validate.ts';

/** What was used, as JSON or CSV: a key with the scope `admin` sees all of it, or its team's; any other key its own. */
export function usageEndpoint(ledger: Pick<UsageLedger, 'usage'>): Endpoint {
  return {
    method: 'GET',
    path: '/v1/manifold/usage',
    access: 'key',
    summary: 'What was used, by key, team, model and time',
    operation: {
      id: 'getUsage',
      tag: 'Usage',
      description:
        '`by`: dimensions with commas between (key, team, model, and one of hour, day, month; default: model). ' +
        '`from`, `to`: a date, a time with its zone, or how long ago (`24h`, `7d`); default: this month in UTC. ' +
        '`key`, `team`, `model`: only theirs. `format`: json or csv.',
      query: usageReportQuery,
      response: usageReport,
      textTypes: ['text/csv'],
    },
    async handle(request, reply) {
      const { format = 'json', ...written } = queryOf(request);
      const seen = { key: keySeen(request, written.key), team: teamSeen(request, written.team) };
      const report = presentUsage(await ledger.usage(parseUsageQuery({ ...written, ...seen }, Date.now())));
      if (format === 'json') return report;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="usage.csv"')
        .send(usageCsv(report));
    },
  };
}

function queryOf({ query }: FastifyRequest) {
  const given = { ...(query as object) };
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(usageReportQuery.shape, name));
  if (unknown !== undefined) {
    const known = Object.keys(usageReportQuery.shape).join(', ');
    throw new ManifoldError('invalid_value', `Unknown parameter; this route takes ${known}.`, {
      param: unknown.slice(0, 64),
    });
  }
  return validate(usageReportQuery, given);
}

/** The key whose use is told; undefined: every key's. */
function keySeen(request: FastifyRequest, asked: string | undefined): string | undefined {
  const { keyId, scopes } = principalOf(request.exchange);
  if (scopes.includes('admin')) return asked;
  if (asked === undefined || asked === keyId) return keyId;
  throw invalidValue('key', 'this key sees its own usage only; leave it out.');
}

/** The team whose use is told; undefined: every team's. Who manages the keys of a team sees what that team used. */
function teamSeen(request: FastifyRequest, asked: string | undefined): string | undefined {
  const { team, scopes } = principalOf(request.exchange);
  if (team === null || !scopes.includes('admin') || asked === team) return asked;
  if (asked === undefined) return team;
  throw invalidValue('team', 'this key sees the usage of its own team only; leave it out.');
}
