/**
 * Hubs of the built program over one dock, each killed by SIGKILL where a blow says. What it
 * started and sent lives on: git, its pushes, words on their way.
 */
import { existsSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from '../../../../src/practice/github/faults.ts'
import { entriesOf } from '../../../../state/journal/entries.ts'
import { openForReading } from '../../../../state/journal/files.ts'
import type { JournalRow } from '../../../../state/journal-entry.ts'
import { eventually } from '../../../setup/eventually.ts'
import { newOperator } from '../../parts/operator.ts'
import { killOne } from '../../parts/processes.ts'
import { type DockServer, MINUTE, TOKEN } from '../../practice-github/parts/dock-server.ts'

/** A life ends at the n-th step that its journal gains, or at its n-th push. */
export interface Blow {
  at: 'step' | 'push'
  nth: number
}

const PUSH = { method: 'POST', path: /git-receive-pack$/ }
const COMMENT = { method: 'POST', path: /\/comments$/ }

/** Written after each entry; the journal's own files also change when they are read. */
const WITNESS = 'factory.journal.db.head'

const configOf = (api: string, token: string) => `
[profiles.factory]
host = "local"
github = { repos = ["acme/app"], api = "${api}", token = { file = "${token}" }, poll = "5s" }
spine = { cron = false, timers = false }
[profiles.factory.dock]
mergeToken = { file = "${token}" }
[[profiles.factory.dock.repos]]
repo = "acme/app"
backend = "train"
lands = true
batch = 1
depth = 1
retries = 0
gate = { review = "none", paths = ["**"] }
`

export function hubLives(dock: DockServer) {
  const token = join(dock.dir, 'token')
  writeFileSync(token, TOKEN, { mode: 0o600 })
  const operator = newOperator({ select: [], config: configOf(dock.server.url, token) })
  const state = join(operator.state, 'dockmaster')
  const path = join(state, 'factory.journal.db')

  /** What stands in its file now, whoever lives; opened anew, so that each hub finds it alone. */
  const inJournal = <T>(ask: (entries: ReturnType<typeof entriesOf>) => T): T | null => {
    if (!existsSync(path)) return null
    const db = openForReading(path)
    try {
      return ask(entriesOf(db, path))
    } finally {
      db.close()
    }
  }
  const rows = (): JournalRow[] => inJournal(({ list }) => list({ limit: 10_000 })) ?? []
  const steps = (): number =>
    rows().filter(
      ({ kind, subject }) =>
        (kind === 'intent' || kind === 'outcome') && subject.startsWith('acme/app'),
    ).length
  const isSettled = () => inJournal(({ unsettled }) => unsettled('intent').length === 0) === true
  /** All that is left to do is to wait for a run. */
  const isWaiting = () => dock.model.ci.runners().some(({ busy }) => busy !== null) && isSettled()

  /**
   * What the hub was struck at: the blow, the first word that it says on a pull request, or all that
   * it has left to do is to wait for a run.
   */
  const killedAt = async ({ at, nth }: Blow): Promise<string> => {
    let struck: string | null = null
    const strike = (where: string) => {
      if (struck !== null) return
      struck = where
      operator.hubs().forEach(killOne)
    }
    // GitHub does what it was asked all the same.
    const strikeAt = (where: string, address: Address) => {
      const act = async () => strike(where)
      dock.server.faults.inject({ kind: 'race', act }, 1, address)
    }
    const before = steps()
    const look = () => {
      if (at === 'step' && steps() >= before + nth) strike('step')
    }
    if (at === 'push') strikeAt('push', { ...PUSH, nth })
    strikeAt('comment', COMMENT)
    dock.pass(6 * MINUTE)
    const client = operator.start('prewarm')
    client.stdin.end()
    await eventually('the journal is there', () => existsSync(path))
    const watcher = watch(state, (_, name) => void (name === WITNESS && look()))
    try {
      return await eventually('the hub is struck', () => {
        if (isWaiting()) strike('rest')
        return struck
      })
    } finally {
      watcher.close()
      dock.server.faults.clear()
      await client
      // One that the client began too late to be struck is struck all the same.
      await eventually('no hub lives', () => {
        const left = operator.hubs()
        left.forEach(killOne)
        return left.length === 0
      })
    }
  }

  return { operator, rows, isSettled, killedAt }
}
