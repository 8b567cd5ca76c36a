/**
 * Looks at boxes and images: when the engine tells of an event, and slowly all over. What a box
 * that is gone came to is kept for a while, for the engine keeps none of it.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { BoxFault, type BoxHost, type BoxSeen, LABELS } from '../../adapters/box.ts'
import { type Collector, failed, sawAll } from '../../adapters/collector.ts'
import type { BoxProfile } from '../../state/box-config.ts'
import type { BoxFact, ImageFact } from '../../state/box-facts.ts'
import type { FactDraft, Instant } from '../../state/facts.ts'
import { pinDrift, splitImage } from '../policy/box-image.ts'
import { leftoverOf } from '../policy/box-leftover.ts'
import { needsOf } from '../policy/box-needs.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { ProbeSession } from './probe-session.ts'

const PERIOD_MS = 30_000
const LISTEN_AGAIN_MS = 5_000
/** Boxes that are gone and still told. */
const KEPT = 20

export interface BoxCollectorDeps {
  host: BoxHost
  ask: ProbeSession['request']
  profiles: Readonly<Record<string, BoxProfile>>
  /** On the host's clock. */
  now(): Instant
}

/** None without a box profile: then nobody asked for an engine. */
export const boxCollectors = (deps: BoxCollectorDeps): Collector[] =>
  Object.keys(deps.profiles).length === 0 ? [] : [boxCollector(deps)]

function boxCollector({ host, ask, profiles, now }: BoxCollectorDeps): Collector {
  const gone = new Map<string, BoxFact>()
  const starved = new Set<string>()
  let last = new Map<string, BoxFact>()

  const images = async (): Promise<FactDraft[]> => {
    const drafts: FactDraft[] = []
    for (const [name, profile] of Object.entries(profiles)) {
      const tokens = profile.needs.map(({ token }) => token)
      const ground = await ask('box.ground', { repo: null, paths: [], tokens, hashes: [] })
      const value = await lookAtImage(host, name, profile, needsOf(profile, ground, now()))
      drafts.push({ kind: 'image', key: `image ${name}`, at: now(), value })
    }
    return drafts
  }

  return {
    name: 'docker',
    periodMs: PERIOD_MS,
    async watch(poke, signal) {
      while (!signal.aborted) {
        try {
          await host.watch(({ name, what, exit }) => {
            if (what === 'oom') starved.add(name)
            const known = last.get(name)
            if (what === 'die' && known) {
              if (gone.size >= KEPT) gone.delete(gone.keys().next().value ?? '')
              const isOutOfMemory = known.isOutOfMemory || starved.has(name)
              gone.set(name, {
                ...known,
                state: 'gone',
                leftover: null,
                endedAt: now(),
                exit,
                isOutOfMemory,
              })
            }
            poke(name)
          }, signal)
        } catch (error) {
          // The next look says why; this only makes it sooner.
          if (!(error instanceof BoxFault)) throw error
        }
        await delay(LISTEN_AGAIN_MS, undefined, { signal }).catch(() => undefined)
      }
    },
    async look() {
      try {
        const seen = await host.list()
        last = new Map(seen.map(box => [box.name, factOf(box, starved, now())]))
        for (const name of starved) if (!last.has(name)) starved.delete(name)
        const boxes = new Map([...gone, ...last])
        const drafts = [...boxes].map(
          ([key, value]): FactDraft => ({ kind: 'box', key, at: now(), value }),
        )
        return sawAll([...drafts, ...(await images())])
      } catch (error) {
        if (error instanceof BoxFault) return failed(error.state, error.message, error.mend)
        if (!(error instanceof RpcFault)) throw error
        return failed('unreachable', error.message, 'it is asked again once the probe answers')
      }
    },
  }
}

function factOf(box: BoxSeen, starved: ReadonlySet<string>, now: Instant): BoxFact {
  const { name, image, state, startedAt, exit, labels } = box
  return {
    name,
    lane: labels[LABELS.lane] ?? name,
    profile: labels[LABELS.profile] ?? '?',
    image,
    state,
    startedAt,
    endedAt: null,
    exit,
    isOutOfMemory: box.isOutOfMemory || starved.has(name),
    leftover: leftoverOf(box, now),
    drift: labels[LABELS.drift]?.split(' ').filter(Boolean) ?? [],
  }
}

async function lookAtImage(
  host: BoxHost,
  profileName: string,
  profile: BoxProfile,
  needs: ImageFact['needs'],
): Promise<ImageFact> {
  const { name, pin } = splitImage(profile.image)
  const image = await host.image(name)
  return {
    profile: profileName,
    name,
    pin,
    digest: image?.id ?? null,
    size: image?.size ?? null,
    builtAt: image?.builtAt ?? null,
    base: image?.labels['org.opencontainers.image.base.digest'] ?? null,
    drift: image === null ? [] : pinDrift(pin, image),
    needs,
  }
}
