import { affinityOf } from './affinity.ts';
import type { Member } from './member.ts';

interface Preferences {
  /** What requests that should meet on one replica have in common. */
  readonly affinity?: number | undefined;
  /** Times its share of the work that a replica may have and still be given more for affinity's sake. */
  readonly stickyUpTo: number;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** Work that is never too much for the sake of affinity. */
const smallLoad = 2;

/**
 * The replica for the next request, of those that may be asked: the lowest tier with room, there the one that
 * affinity prefers while it is not much busier than the others, else the less busy of two drawn by weight.
 */
export function choose(members: readonly Member[], preferences: Preferences): Member | undefined {
  // One that is loading answers late, if at all. One that is loaded when it is asked waits for that.
  const ready = members.filter(({ engine }) => ['ready', 'available'].includes(engine.state().kind));
  const able = ready.length > 0 ? ready : members;
  const withRoom = able.filter((member) => !member.isFull);
  const open = withRoom.length > 0 ? withRoom : able;
  const tier = Math.min(...open.map((member) => member.tier));
  const peers = open.filter((member) => member.tier === tier);
  if (peers.length < 2) return peers[0];
  return sticky(peers, preferences) ?? lessBusy(peers, preferences.random);
}

/** Rendezvous hashing with bounded load: who leaves or joins moves only the requests that were or become its own. */
function sticky(peers: readonly Member[], { affinity, stickyUpTo }: Preferences): Member | undefined {
  if (affinity === undefined) return undefined;
  const work = peers.reduce((sum, member) => sum + member.work, 1);
  const weight = peers.reduce((sum, member) => sum + member.weight, 0);
  const limit = Math.max(smallLoad, (stickyUpTo * work) / weight);
  let best: Member | undefined;
  let bestDistance = Infinity;
  for (const member of peers) {
    if (member.load >= limit) continue;
    const distance = -Math.log(affinityOf(affinity, member.nameHash)) / member.weight;
    if (distance >= bestDistance) continue;
    best = member;
    bestDistance = distance;
  }
  return best;
}

/** Power of two choices: nearly as even as comparing all, without everyone's running to the one that looks idle. */
function lessBusy(peers: readonly Member[], random: () => number): Member | undefined {
  const first = drawn(peers, random);
  const second = drawn(
    peers.filter((member) => member !== first),
    random,
  );
  return second && first && second.load < first.load ? second : first;
}

function drawn(peers: readonly Member[], random: () => number): Member | undefined {
  let left = random() * peers.reduce((sum, member) => sum + member.weight, 0);
  return peers.find((member) => (left -= member.weight) < 0) ?? peers.at(-1);
}
