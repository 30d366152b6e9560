const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const msPerDay = 86_400_000;

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');

function dayOfYear(date: Date): number {
  const first = Date.UTC(date.getFullYear(), 0, 1);
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - first) / msPerDay) + 1;
}

/** Weeks begin on this weekday; days before the first such one are week 0. */
function weekOfYear(date: Date, firstWeekday: 0 | 1): number {
  return Math.floor((dayOfYear(date) + 6 - ((date.getDay() - firstWeekday + 7) % 7)) / 7);
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60))}${padded(size % 60)}`;
}

const parts: ReadonlyMap<string, (date: Date) => string> = new Map<string, (date: Date) => string>([
  ['Y', (date) => String(date.getFullYear())],
  ['y', (date) => padded(date.getFullYear() % 100)],
  ['m', (date) => padded(date.getMonth() + 1)],
  ['B', (date) => months[date.getMonth()] ?? ''],
  ['b', (date) => (months[date.getMonth()] ?? '').slice(0, 3)],
  ['h', (date) => (months[date.getMonth()] ?? '').slice(0, 3)],
  ['d', (date) => padded(date.getDate())],
  ['e', (date) => String(date.getDate()).padStart(2)],
  ['j', (date) => padded(dayOfYear(date), 3)],
  ['A', (date) => weekdays[date.getDay()] ?? ''],
  ['a', (date) => (weekdays[date.getDay()] ?? '').slice(0, 3)],
  ['w', (date) => String(date.getDay())],
  ['u', (date) => String(date.getDay() || 7)],
  ['U', (date) => padded(weekOfYear(date, 0))],
  ['W', (date) => padded(weekOfYear(date, 1))],
  ['H', (date) => padded(date.getHours())],
  ['I', (date) => padded(date.getHours() % 12 || 12)],
  ['M', (date) => padded(date.getMinutes())],
  ['S', (date) => padded(date.getSeconds())],
  ['f', (date) => padded(date.getMilliseconds() * 1000, 6)],
  ['p', (date) => (date.getHours() < 12 ? 'AM' : 'PM')],
  ['z', offset],
  ['Z', (date) => (date.getTimezoneOffset() === 0 ? 'UTC' : '')],
  ['s', (date) => String(Math.floor(date.getTime() / 1000))],
  ['n', () => '\n'],
  ['t', () => '\t'],
  ['%', () => '%'],
]);
const composed: ReadonlyMap<string, string> = new Map([
  ['F', '%Y-%m-%d'],
  ['T', '%H:%M:%S'],
  ['R', '%H:%M'],
  ['D', '%m/%d/%y'],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['r', '%I:%M:%S %p'],
]);

/** A local time as C's `strftime` writes it in English; `%-d` leaves out leading zeros. Unknown directives stay. */
export function strftime(date: Date, format: string): string {
  return format.replaceAll(/%(-?)([a-zA-Z%])/g, (whole, bare: string, letter: string) => {
    const pattern = composed.get(letter);
    if (pattern !== undefined) return strftime(date, pattern);
    const text = parts.get(letter)?.(date) ?? whole;
    return bare && text !== whole ? text.replace(/^[0 ]+(?=.)/, '') : text;
  });
}
