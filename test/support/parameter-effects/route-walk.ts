/** What came back for an example. */
export interface Seen<Answer> {
  /** What was generated, or the stream as it came. */
  readonly text: string;
  readonly answer: Answer;
  readonly reply: Response;
}

/** How the examples of a route's parameters are sent, and what shows that they are honoured, where something does. */
export interface RouteWalk<Answer> {
  /** What every request has. */
  readonly base: object;
  readonly textOf: (answer: Answer) => string;
  readonly effects: Readonly<Record<string, (seen: Seen<Answer>) => void>>;
}
