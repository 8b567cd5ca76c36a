/** GitHub's secondary limits: how much one holder may ask in a minute, and at once. */

export interface SecondaryLimits {
  /** Requests at once. */
  concurrent: number
  /** Writes a minute that make content. */
  writes: number
  /** Points a minute: a read costs 1, a write 5. */
  restPoints: number
  graphqlPoints: number
}

export const GITHUB_LIMITS: SecondaryLimits = {
  concurrent: 100,
  writes: 80,
  restPoints: 900,
  graphqlPoints: 2000,
}

export interface Spending {
  login: string
  isGraphql: boolean
  isWrite: boolean
}

const MINUTE = 60_000
const WRITE_POINTS = 5

/** Answers how many seconds a request has to wait, or null when it may go. */
export function secondaryLimit(now: () => number, limits: () => SecondaryLimits) {
  const spent = new Map<string, { at: number; points: number }[]>()
  const going = new Map<string, number>()

  const sumOf = (key: string): number => {
    const recent = (spent.get(key) ?? []).filter(({ at }) => at > now() - MINUTE)
    spent.set(key, recent)
    return recent.reduce((sum, { points }) => sum + points, 0)
  }
  const waitOf = (key: string): number => {
    const first = spent.get(key)?.[0]
    return first ? Math.max(1, Math.ceil((first.at + MINUTE - now()) / 1000)) : 60
  }

  return {
    admit: ({ login, isGraphql, isWrite }: Spending): number | null => {
      const { writes, restPoints, graphqlPoints, concurrent } = limits()
      const points = isWrite ? WRITE_POINTS : 1
      const [ofPoints, ofWrites] = [`${login} ${isGraphql ? 'graphql' : 'rest'}`, `${login} writes`]
      if ((going.get(login) ?? 0) >= concurrent) return 60
      if (sumOf(ofPoints) + points > (isGraphql ? graphqlPoints : restPoints))
        return waitOf(ofPoints)
      if (isWrite && sumOf(ofWrites) + 1 > writes) return waitOf(ofWrites)
      const at = now()
      spent.get(ofPoints)?.push({ at, points })
      if (isWrite) spent.get(ofWrites)?.push({ at, points: 1 })
      return null
    },
    began: (login: string): void => {
      going.set(login, (going.get(login) ?? 0) + 1)
    },
    ended: (login: string): void => {
      going.set(login, (going.get(login) ?? 1) - 1)
    },
  }
}
