/** The hourly allowance that GitHub tells with every answer. A 304 costs nothing. */

export interface RateLimit {
  readonly limit: number
  spend(points: number): void
  used(): number
  remaining(): number
  /** Unix milliseconds. */
  resetAt(): number
}

const HOUR = 3_600_000

export function rateLimit(now: () => number, limit = 5000): RateLimit {
  let used = 0
  let resetAt = now() + HOUR
  const roll = () => {
    if (now() < resetAt) return
    used = 0
    resetAt = now() + HOUR
  }
  return {
    limit,
    spend: points => {
      roll()
      used += points
    },
    used: () => used,
    remaining: () => Math.max(0, limit - used),
    resetAt: () => resetAt,
  }
}
