/** Two operators, each with a hub and a journal, dispatch the same items on one host behind sshd. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { workOfLane } from '../../state/item.ts'
import { BRIEF } from '../faults/parts/launch-place.ts'
import { makeCheckouts } from '../setup/checkouts.ts'
import { requirePart } from '../setup/require-part.ts'
import { launchTable } from './parts/launch-table.ts'
import { newOperator } from './parts/operator.ts'
import { killOne } from './parts/processes.ts'
import { startSshd } from './parts/sshd.ts'

interface Item {
  lane: string
  acted: { kind: string }
}

const ITEMS = ['one', 'two', 'three', 'four', 'five', 'six']

/** Its agent notes each start, says a line and stays. */
async function host() {
  const sshd = await startSshd()
  onTestFinished(() => sshd.remove())
  const dir = join(sshd.dir, 'factory')
  const at = (name: string) => join(dir, name)
  mkdirSync(dir)
  makeCheckouts(dir)
  mkdirSync(at('starts'))
  writeFileSync(
    at('codex'),
    `#!/bin/sh\n: > "${at('starts')}/$$ $(basename "$PWD")"\necho '{"type":"turn.started"}'\nexec sleep 600\n`,
  )
  chmodSync(at('codex'), 0o755)
  writeFileSync(at('brief.md'), BRIEF)
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, dir])
  const starts = () =>
    readdirSync(at('starts')).map(name => {
      const [pid = '', lane = ''] = name.split(' ')
      return { pid: Number(pid), lane }
    })
  onTestFinished(() => starts().forEach(({ pid }) => killOne(pid)))
  const item = (id: string) =>
    `{ goal = "g", id = "${id}", title = "work", brief = "${at('brief.md')}" }`
  const config = `
[profiles.factory]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${process.execPath}"
lanes.claudeHomes = []
spine = { cron = false, timers = false }
dispatch.items = [${ITEMS.map(item).join(', ')}]
dispatch.caps = { goal = 10, total = 10, host = 10000 }
dispatch.pressure = { loadPerCore = 10000, memory = 1, disk = 1 }
${launchTable('factory', at, `runner = "session"\ncodex = "${at('codex')}"`)}`
  return { at, starts, operator: () => newOperator({ select: [], config }) }
}

requirePart('sshd', 'git')('a dispatch', () => {
  it('[B09] of two consoles at once gives each item one lane, and each journal tells whose it was', async () => {
    const { at, starts, operator } = await host()
    const operators = [operator(), operator()]
    const round = async () => {
      const runs = operators.map(async each => {
        const { stdout } = await each.run('dispatch', 'run', '--json')
        return (JSON.parse(stdout).items as Item[])
          .filter(({ acted }) => acted.kind === 'running')
          .map(({ lane }) => lane)
      })
      return await Promise.all(runs)
    }
    // Git may refuse one of two worktrees that are made at once: that item is free for the next.
    const rounds = [await round(), await round(), await round()]
    const launched = operators.map((_, index) => rounds.flatMap(each => each[index] ?? []))
    const lanes = starts().map(({ lane }) => lane)
    expect(launched.flat().toSorted()).toEqual(lanes.toSorted())
    const items = lanes.map(lane => workOfLane(lane)?.id ?? lane).toSorted()
    expect(items).toEqual(ITEMS.toSorted())
    for (const [index, mine] of launched.entries()) {
      const outcomes = JSON.parse(
        (await operators[index]?.printed('journal', '--json', '--kind', 'outcome')) ?? '',
      ).rows as { subject: string; data: Record<string, unknown> }[]
      const told = outcomes.filter(({ data }) => typeof data['lane'] === 'string')
      expect(told.map(({ subject }) => subject).toSorted()).toEqual(mine.toSorted())
    }
    const lock = JSON.parse(readFileSync(at('logs/locks/g--one.lock'), 'utf8'))
    expect(lock).toMatchObject({ schema: 'dockmaster.lock/1', lane: 'g--one', profile: 'factory' })
    expect(await round()).toEqual([[], []])
  }, 120_000)
})
