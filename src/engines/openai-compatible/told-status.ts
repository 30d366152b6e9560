import { errorTable, isErrorCode } from '../../errors.ts';

/** The status that an error inside an answer names, by a number or by a code of OpenAI's; 500 where it names none. */
export function toldStatus(value: Readonly<Record<string, unknown>>): number {
  const { error } = value;
  const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : value;
  const { code } = inner;
  const status = [code, inner['status'], value['status']].map(Number).find((each) => each >= 400 && each < 600);
  return status ?? (isErrorCode(code) ? errorTable[code].status : 500);
}
