/** Logits are told apart in steps of a sixteenth, down to so far below the highest. */
const range = 64;
const steps = 1024;

/**
 * Tokens among which are the `count` likeliest of a row, in ascending order: those and the few that are about as likely as
 * the last of them. Undefined where that cannot be told so. Three passes over a large vocabulary take a fraction of what
 * a sampler takes to copy and sort it.
 */
export function likeliestTokens(logits: Float32Array, count: number): Int32Array | undefined {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  if (!Number.isFinite(highest)) return undefined;
  const scale = steps / range;
  const counts = new Int32Array(steps);
  // What is −∞, or no number, is in no step.
  for (const logit of logits) {
    const step = (highest - logit) * scale;
    if (step < steps) counts[Math.trunc(step)]!++;
  }
  let found = 0;
  let end = 0;
  while (found < count && end < steps) found += counts[end++] ?? 0;
  if (found < count) return undefined;
  const tokens = new Int32Array(found);
  let at = 0;
  for (let token = 0; token < logits.length; token++) {
    if ((highest - (logits[token] ?? -Infinity)) * scale < end) tokens[at++] = token;
  }
  return tokens;
}
