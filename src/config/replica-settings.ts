import { z } from 'zod';

/** What distinguishes one replica of a model from the others. */
export const replicaPlace = {
  /** Its share of the work beside the others of its tier. */
  weight: z.number().positive().max(1000).default(1),
  /** Lower tiers are used first, higher ones when those are full or broken. */
  tier: z.int().min(0).max(9).default(0),
  /** Answers at once from which on the next tier is used. Default: it is full when it says so. */
  capacity: z.int().min(1).optional(),
};

/** How the replicas of a model are chosen, and what is done when one fails. Seconds; 0 where it says so means never. */
export const replicaSettings = z.strictObject({
  timeouts: z
    .strictObject({
      /** To make a connection. */
      connectSeconds: z.number().positive().max(60).default(1),
      /** From sending a request to its first content. 0: never. */
      firstTokenSeconds: z.number().min(0).default(120),
      /** Between two events of an answer that has begun. 0: never. */
      betweenTokensSeconds: z.number().min(0).default(60),
      /** The whole answer. 0: never. */
      totalSeconds: z.number().min(0).default(0),
    })
    .prefault({}),
  retries: z
    .strictObject({
      /** Replicas asked for one request, the first included. */
      mostAttempts: z.int().min(1).max(10).default(3),
      /** Retries that each request pays for. */
      share: z.number().min(0).max(1).default(0.2),
      /** Retries a second that are free. */
      floorPerSecond: z.number().min(0).default(5),
      /** Retries that may come at once. */
      burst: z.number().min(1).default(100),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      /** Faults in a row after which a replica gets no requests. */
      faults: z.int().min(1).default(5),
      /** How long it gets none the first time; doubles with each time that follows soon. */
      openSeconds: z.number().positive().default(5),
      mostOpenSeconds: z.number().positive().default(300),
      /** The share of the replicas that may be without requests at once; one always gets them. */
      mostEjected: z.number().min(0).max(1).default(0.5),
    })
    .prefault({}),
  /** Times its share of the work that a replica may have and still be preferred for prompts it has seen. 0: no preference. */
  stickyUpTo: z.number().min(0).default(1.5),
  /** One endpoint that schedules for itself: no retry, no preference, no quarantine here. */
  selfRouting: z.boolean().default(false),
});
