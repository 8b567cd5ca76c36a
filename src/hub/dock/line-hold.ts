/**
 * Holds a line against other consoles: a ref of the repository says who moves it. Its pushes go
 * with a lease, so that of two who take it one does; what it held when it died is swept away.
 */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { type HoldSeen, holdStep } from '../../engine/queue/hold.ts'

export interface LineHoldDeps {
  mirror: Pick<Mirror, 'holds' | 'moveHold' | 'commit' | 'treeOf' | 'messageOf'>
  journal: Pick<Journal, 'append' | 'list'>
  /** Of its entries in the journal. */
  subject: string
  base: string
  author: { name: string; email: string }
  /** Of this console, for others: `user@machine`. */
  name: string
  now(): number
}

/** `free`: nobody holds it, and it is not needed. */
export type Hold =
  | { kind: 'ours'; isNew: boolean }
  | { kind: 'free' }
  | { kind: 'theirs'; by: string; since: number }

export interface LineHold {
  /** The mirror must have been fetched. Rejects with GitFault; then nothing may be moved. */
  ask(tip: string, isWanted: boolean): Promise<Hold>
}

const Words = z.object({ id: z.string(), name: z.string().max(200) })
type Words = z.infer<typeof Words>

export function newLineHold(deps: LineHoldDeps): LineHold {
  const { mirror, journal, subject, base, now } = deps
  const id = idOf(journal, subject) ?? randomUUID()
  let isOnRecord = idOf(journal, subject) !== null
  /** When each was moved there, at the earliest: others count its silence from then on. */
  let ours: ReadonlyMap<string, number> = new Map()
  let silent: { commit: string; since: number; words: Words | null } | null = null

  const note = (text: string, data: { id: string; commit: string | null }) =>
    journal.append({ at: now(), kind: 'seen', author: 'dock', subject, text, data: { hold: data } })

  const see = async (): Promise<HoldSeen | null> => {
    const commit = (await mirror.holds()).get(base)
    if (commit === undefined) {
      silent = null
      return null
    }
    if (silent?.commit !== commit) {
      const since = ours.get(commit) ?? now()
      silent = { commit, since, words: wordsOf(await mirror.messageOf(commit)) }
    }
    return { commit, by: silent.words?.id ?? null, silentMs: now() - silent.since }
  }

  const move = async (tip: string, from: string | null): Promise<boolean> => {
    // Before the ref can hold it, so that the next hub knows itself in it.
    if (!isOnRecord) note(`lines are held as ${id}`, { id, commit: null })
    isOnRecord = true
    const commit = await mirror.commit({
      tree: await mirror.treeOf(tip),
      parents: [],
      message: JSON.stringify({ id, name: deps.name, nonce: randomUUID() }),
      author: { ...deps.author, at: now() },
    })
    const at = now()
    ours = new Map([...ours, [commit, at]])
    const pushed = await mirror.moveHold(base, commit, from)
    if (pushed.kind === 'refused') throw new Error(`${base} cannot be held: ${pushed.message}`)
    if (pushed.kind === 'raced') return false
    ours = new Map([[commit, at]])
    silent = { commit, since: at, words: { id, name: deps.name } }
    return true
  }

  const theirs = (): Hold => ({
    kind: 'theirs',
    by: silent?.words?.name ?? 'another console',
    since: silent?.since ?? now(),
  })

  return {
    ask: async (tip, isWanted) => {
      const seen = await see()
      const step = holdStep({ seen, id, ours: new Set(ours.keys()), isWanted })
      switch (step.do) {
        case 'rest':
          return { kind: 'free' }
        case 'wait':
          return theirs()
        case 'keep':
          return { kind: 'ours', isNew: false }
        case 'release':
          // One that raced it has it now.
          await mirror.moveHold(base, null, step.from)
          ours = new Map()
          note(`${base} is let go`, { id, commit: null })
          return { kind: 'free' }
        case 'renew':
          // Known as ours by the journal alone, if this hub is new: it stays so if the push is lost.
          ours = new Map([...ours, [step.from, silent?.since ?? now()]])
          return (await move(tip, step.from)) ? { kind: 'ours', isNew: false } : theirs()
        case 'take': {
          const before = silent?.words?.name
          if (!(await move(tip, step.from))) return theirs()
          const over = before === undefined ? '' : `, from ${before}, who has been silent`
          note(`${base} is held by ${deps.name}${over}`, { id, commit: silent?.commit ?? null })
          return { kind: 'ours', isNew: true }
        }
        default:
          return step satisfies never
      }
    },
  }
}

function wordsOf(message: string): Words | null {
  try {
    return Words.safeParse(JSON.parse(message)).data ?? null
  } catch {
    return null
  }
}

const Noted = z.object({ hold: z.object({ id: z.string() }) })
const LOOKED_AT = 50

function idOf(journal: LineHoldDeps['journal'], subject: string): string | null {
  const rows = journal.list({ kinds: ['seen'], subject, limit: LOOKED_AT })
  return entriesAs(rows, Noted).at(-1)?.data.hold.id ?? null
}
