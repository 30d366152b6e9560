import { z } from 'zod';

/** What is kept of what requests used, and how surely. */
export const ledgerSettings = z.strictObject({
  /**
   * When a record outlives a power cut: `full`, before its answer ends; `group`, within a second. It outlives the
   * process in either case.
   */
  sync: z.enum(['group', 'full']).default('group'),
  /** While the disk takes no records: go on as long as memory holds them (`serve`), or refuse requests (`refuse`). */
  onWriteError: z.enum(['serve', 'refuse']).default('serve'),
  /** Days that records of single requests are kept. Sums by day are kept for ever. */
  recordDays: z.int().min(1).max(36_500).default(90),
  /** Days that sums by hour are kept. */
  hourlyDays: z.int().min(32).max(36_500).default(400),
});
