/**
 * GitHub's own merge queue: each of the first entries is built on the one before it, its group's
 * branch is checked by the runners, and what is green lands in order.
 */
import type { Repository } from '../git/repository.ts'
import type { Ci } from './ci.ts'
import { isOpen, type Pull, rollup } from './pull.ts'
import type { QueueRules, Rules } from './rules.ts'

export type EntryState = 'QUEUED' | 'AWAITING_CHECKS' | 'MERGEABLE' | 'UNMERGEABLE' | 'LOCKED'

export interface Entry {
  readonly id: number
  readonly pull: Pull
  readonly by: string
  /** The head that was queued: another one leaves. */
  readonly head: string
  readonly jump: boolean
  readonly enqueuedAt: number
  state: EntryState
  group: Group | null
}

/** What is tested of an entry: it and all before it, on the base. */
interface Group {
  readonly branch: string
  readonly base: string
  readonly commit: string
}

export interface QueueDeps {
  git: Repository
  ci: Ci
  rules: Rules
  base: string
  now: () => number
  tip(): string
  /** Its head is where it should be, and nothing but the queue holds it back. */
  mayQueue(pull: Pull, by: string): string | null
  landed(pull: Pull, commit: string, by: string): void
}

export interface MergeQueue {
  entries(): readonly Entry[]
  entryOf(pull: Pull): Entry | null
  /** Throws with GitHub's words when it refuses. */
  enqueue(pull: Pull, by: string, how: { head?: string | undefined; jump: boolean }): Entry
  dequeue(pull: Pull): Entry
  /** Does one thing that is due, and says whether it did. */
  step(): Promise<boolean>
}

export function newMergeQueue(deps: QueueDeps): MergeQueue {
  const { git, ci, rules, base, now } = deps
  let entries: Entry[] = []
  /** Branches of groups that nobody waits for any more. */
  const gone: string[] = []
  let lastId = 0

  const drop = (entry: Entry): void => {
    const at = entries.indexOf(entry)
    // What was built on it is built anew without it.
    for (const one of entries.slice(at)) unbuild(one)
    entries = entries.filter(one => one !== entry)
  }
  const unbuild = (entry: Entry): void => {
    if (entry.group) gone.push(entry.group.branch)
    entry.group = null
    if (entry.state !== 'UNMERGEABLE') entry.state = 'QUEUED'
  }

  /** Who was pushed to, or closed, is out. */
  const leave = (): boolean => {
    const left = entries.find(({ pull, head }) => !isOpen(pull) || pull.headSha !== head)
    if (left) drop(left)
    return left !== undefined
  }

  const rebase = (): boolean => {
    let under = deps.tip()
    for (const entry of entries.filter(({ state }) => state !== 'UNMERGEABLE')) {
      if (!entry.group) return false
      if (entry.group.base !== under) {
        for (const one of entries.slice(entries.indexOf(entry))) unbuild(one)
        return true
      }
      under = entry.group.commit
    }
    return false
  }

  const build = async (queue: QueueRules): Promise<boolean> => {
    const alive = entries.filter(({ state }) => state !== 'UNMERGEABLE')
    const at = alive.findIndex(({ group }) => group === null)
    const entry = alive[at]
    if (!entry || at >= queue.maxEntriesToBuild) return false
    const under = alive[at - 1]?.group?.commit ?? deps.tip()
    const { number, title, headSha } = entry.pull
    const commit = await git.bring(under, headSha, queue.method, `${title} (#${number})`)
    if (commit === null) {
      entry.state = 'UNMERGEABLE'
      return true
    }
    const branch = `gh-readonly-queue/${base}/pr-${number}-${under}`
    await git.setRefs(new Map([[`refs/heads/${branch}`, commit]]))
    entry.group = { branch, base: under, commit }
    entry.state = 'AWAITING_CHECKS'
    return true
  }

  /** What the runners say of the groups; the first that is red leaves when all before it are green. */
  const judge = (): boolean => {
    for (const entry of entries) {
      if (entry.state === 'UNMERGEABLE') {
        drop(entry)
        return true
      }
      const checks = entry.group ? ci.checksOf(entry.group.commit) : []
      const said = checks.length === 0 ? 'PENDING' : rollup(checks)
      if (said === 'PENDING') return false
      if (said === 'FAILURE') {
        drop(entry)
        return true
      }
      entry.state = 'MERGEABLE'
    }
    return false
  }

  const land = async (queue: QueueRules): Promise<boolean> => {
    const pending = entries.findIndex(({ state }) => state !== 'MERGEABLE')
    const ready = entries.slice(0, pending < 0 ? entries.length : pending)
    const group = ready.slice(0, queue.maxEntriesToMerge)
    const last = group.at(-1)?.group
    const tip = deps.tip()
    if (!last || group[0]?.group?.base !== tip) return false
    if (!(await git.moveBranch(base, tip, last.commit))) return false
    for (const { pull, by, group: own } of group) {
      deps.landed(pull, own?.commit ?? last.commit, by)
      if (own) gone.push(own.branch)
      if (rules.deletesBranch) gone.push(pull.branch)
    }
    entries = entries.filter(entry => !group.includes(entry))
    return true
  }

  const sweep = async (): Promise<boolean> => {
    const branch = gone.shift()
    if (branch === undefined) return false
    await git.deleteBranch(branch)
    return true
  }

  return {
    entries: () => entries,
    entryOf: pull => entries.find(entry => entry.pull === pull) ?? null,
    enqueue: (pull, by, { head, jump }) => {
      if (!rules.queue) throw new Error('Merge queue is not enabled for the base branch')
      if (entries.some(entry => entry.pull === pull)) {
        throw new Error('Pull request is already in the queue')
      }
      if (head !== undefined && head !== pull.headSha) {
        throw new Error('Head branch was modified. Review and try the merge again.')
      }
      const block = deps.mayQueue(pull, by)
      if (block !== null) throw new Error(block)
      lastId += 1
      const entry: Entry = {
        id: lastId,
        pull,
        by,
        head: pull.headSha,
        jump,
        enqueuedAt: now(),
        state: 'QUEUED',
        group: null,
      }
      // Who jumps goes behind those that jumped before, and the rest is built on it anew.
      const at = jump ? entries.filter(one => one.jump).length : entries.length
      for (const one of entries.slice(at)) unbuild(one)
      entries = entries.toSpliced(at, 0, entry)
      return entry
    },
    dequeue: pull => {
      const entry = entries.find(one => one.pull === pull)
      if (!entry) throw new Error('Pull request is not in the queue')
      drop(entry)
      return entry
    },
    step: async () => {
      if (await sweep()) return true
      if (!rules.queue) {
        const [first] = entries
        if (first) drop(first)
        return first !== undefined
      }
      if (leave() || rebase() || judge()) return true
      return (await land(rules.queue)) || (await build(rules.queue))
    },
  }
}
