/** Faults on demand: what the server does to the next requests in place of an honest answer. */

export type Fault =
  /** Answers with this status; `retryAfter` is in seconds. */
  | { kind: 'status'; status: number; retryAfter?: number }
  /** Answers honestly, but late. */
  | { kind: 'slow'; ms: number }
  /** Cuts the connection in the middle of an answer; nothing was done. */
  | { kind: 'cut' }
  /** Does what was asked, and cuts the answer: the asker cannot know. */
  | { kind: 'lost-answer' }
  /** Does what was asked, and says that it failed. */
  | { kind: 'false-failure'; message: string }
  /** Says that nothing changed to whoever names an ETag, whatever did. */
  | { kind: 'stale-etag' }
  /** Something else happens right before the request is taken. */
  | { kind: 'race'; act: () => Promise<unknown> }

/** Which requests meet a fault; what is left out fits every request. */
export interface Address {
  method?: string
  /** Of the path, as `/repos/acme/app/pulls/3/merge` or `/graphql`. */
  path?: string | RegExp
  /** Of the body: the name of a mutation or a query, as it stands in the text. */
  text?: string | RegExp
  /** The first to meet it of those that fit: 1 is the next. */
  nth?: number
}

export interface Asked {
  method: string
  path: string
  text: string
}

export interface Faults {
  /** The next `times` requests that fit `address` meet `fault`. */
  inject(fault: Fault, times?: number, address?: Address): void
  /** The fault that the request in hand meets, if any. */
  take(asked: Asked): Fault | null
  clear(): void
}

interface Waiting {
  fault: Fault
  address: Address
  /** How many that fit still go by. */
  skip: number
  times: number
}

const fits = (want: string | RegExp | undefined, told: string, isWhole: boolean): boolean => {
  if (want === undefined) return true
  if (typeof want !== 'string') return want.test(told)
  return isWhole ? want === told : told.includes(want)
}

export function faults(): Faults {
  const waiting: Waiting[] = []
  return {
    inject: (fault, times = 1, address = {}) => {
      waiting.push({ fault, address, skip: (address.nth ?? 1) - 1, times })
    },
    take: ({ method, path, text }) => {
      for (const one of waiting) {
        const { address } = one
        const isMeant =
          fits(address.method, method, true) &&
          fits(address.path, path, true) &&
          fits(address.text, text, false)
        if (!isMeant) continue
        if (one.skip > 0) {
          one.skip -= 1
          continue
        }
        one.times -= 1
        if (one.times === 0) waiting.splice(waiting.indexOf(one), 1)
        return one.fault
      }
      return null
    },
    clear: () => {
      waiting.length = 0
    },
  }
}
