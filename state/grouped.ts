/** Things of one kind by something that they say, grouped once a map. */
import type { Seen, World } from './world.ts'

type Values<T> = ReadonlyMap<string, { readonly value: T }>
export type Groups<T> = ReadonlyMap<string, readonly T[]>

function newGrouping<T>(keyOf: (value: T) => string): (map: Values<T>) => Groups<T> {
  const known = new WeakMap<Values<T>, Groups<T>>()
  return map => {
    const found = known.get(map)
    if (found) return found
    const values = [...map.values()].map(({ value }) => value)
    const made = Map.groupBy(values, keyOf)
    known.set(map, made)
    return made
  }
}

type Pull = Seen<'pr'>['value']
type Landing = Seen<'landing'>['value']
type Claim = Seen<'claim'>['value']

const pullsByHead = newGrouping<Pull>(({ headSha }) => headSha)
const pullsByBranch = newGrouping<Pull>(({ branch }) => branch)
const pullsByNumber = newGrouping<Pull>(({ number }) => String(number))
const landingsByHead = newGrouping<Landing>(({ headSha }) => headSha)
const landingsByNumber = newGrouping<Landing>(({ number }) => String(number))
const claimsByLane = newGrouping<Claim>(({ lane }) => lane)

/** All that is asked of pull requests, landings and claims when lanes meet them. */
export const indexOf = ({
  pr,
  landing,
  arrival,
  claim,
}: Pick<World, 'pr' | 'landing' | 'arrival' | 'claim'>) => ({
  arrival,
  pullsByHead: pullsByHead(pr),
  pullsByBranch: pullsByBranch(pr),
  pullsByNumber: pullsByNumber(pr),
  landingsByHead: landingsByHead(landing),
  landingsByNumber: landingsByNumber(landing),
  claimsByLane: claimsByLane(claim),
})
export type Index = ReturnType<typeof indexOf>
