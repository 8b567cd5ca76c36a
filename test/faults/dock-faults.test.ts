/** What GitHub, git and the disk do to a dock at the worst moment, end to end. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { DockRepo } from '../../state/config.ts'
import { OPEN_GATE } from '../real/practice-github/parts/dock-hub.ts'
import {
  type DockServerPlan,
  dockServer,
  MINUTE,
  TOKEN,
} from '../real/practice-github/parts/dock-server.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { type MortalHubOptions, startMortalHub } from './parts/dock/mortal-hub.ts'

type HubPlan = Partial<Pick<MortalHubOptions, 'env' | 'mergeToken'>> & {
  /** How far its clock is behind GitHub's. */
  lateMs?: number
}

async function place(plan: DockServerPlan = { pulls: 1 }, repo: Partial<DockRepo> = {}) {
  const server = await dockServer(plan)
  onTestFinished(() => server.close())
  const dir = scratch()
  const hub = ({ lateMs = 0, ...more }: HubPlan = {}) => {
    const now = () => server.clock.now - lateMs
    const started = startMortalHub({ server, dir, repo, now, strikes: () => false, ...more })
    onTestFinished(started.close)
    return started
  }
  const tip = () => server.git('rev-parse', 'main')
  const landings = () =>
    server.git('log', '--first-parent', '--format=%H', 'main').split('\n').length - 1
  /** Turns until all have landed, or so many; what the looks said that were not well. */
  const drain = async ({ turn }: ReturnType<typeof hub>, turns = 12) => {
    const said: string[] = []
    const isOpen = () => server.model.pulls().some(({ landed }) => landed === null)
    for (let count = 0; count < turns && isOpen(); count += 1) {
      const look = await turn()
      if (look && look.state !== 'ok') said.push(`${look.state}: ${look.message}`)
      server.pass(6 * MINUTE)
    }
    return said
  }
  const mirror = join(dir, 'mirrors', 'acme+app.git')
  return { server, dir, mirror, hub, tip, landings, drain }
}

/** Many processes of git, each of which waits its turn on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

requirePart('git')('a dock', () => {
  it('[O01] does not land again what it has landed, though a person took it back since', async () => {
    const { server, hub, tip, landings } = await place()
    const before = tip()
    const first = hub()
    await first.turn()
    server.pass(6 * MINUTE)
    await first.turn()
    expect(landings()).toBe(1)
    first.close()
    server.git('update-ref', 'refs/heads/main', before)
    const next = hub()
    for (let turn = 0; turn < 3; turn += 1) expect((await next.turn())?.state).toBe('ok')
    expect(tip()).toBe(before)
    expect(next.journal.unsettled('intent')).toEqual([])
  })
})

requirePart('git')('the gate of a dock', () => {
  it.each([
    ['the operator', ['unit', 'e2e'], null, []],
    ['the repository', [], '[gate]\nchecks = ["unit", "e2e"]\n', []],
    ['the branch', [], null, ['e2e']],
  ] as [string, string[], string | null, string[]][])(
    '[F06] holds for a check that %s asks for and that never ran, and names it',
    async (_, checks, policy, alsoRequired) => {
      const gate = checks.length > 0 ? { ...OPEN_GATE, checks } : OPEN_GATE
      const { server, hub, landings } = await place({ pulls: 1 }, { gate })
      server.model.rules.alsoRequired.push(...alsoRequired)
      if (policy !== null) {
        const commit = await server.commit('origin/main', 'Policy', { '.dockmaster.toml': policy })
        expect(await server.push(`${commit}:refs/heads/main`)).toMatchObject({ code: 0 })
      }
      const before = landings()
      const { turn, facts } = hub()
      for (let count = 0; count < 2; count += 1) {
        expect((await turn())?.state).toBe('ok')
        server.pass(6 * MINUTE)
      }
      expect(landings()).toBe(before)
      expect(facts.value('dock', 'acme/app#1')?.blocking).toMatch(/^checks: no e2e on /)
    },
  )

  it('[F06] takes a train on whose commit nothing ever ran for no green one, and says so', async () => {
    const on = (branch: string) => branch.startsWith('lane/')
    const { server, hub, landings } = await place({ pulls: 1, ci: { on } })
    const { turn, facts } = hub()
    for (let count = 0; count < 3; count += 1) {
      expect((await turn())?.state).toBe('ok')
      server.pass(6 * MINUTE)
    }
    expect(landings()).toBe(0)
    expect(facts.value('dock', 'acme/app#1')?.blocking).toMatch(
      /^train t1 is being tested: no .* on [0-9a-f]{8}/,
    )
  })

  it('[F06] believes GitHub’s clock for the age of checks, and not its own', async () => {
    const { server, hub } = await place()
    server.pass(25 * 60 * MINUTE)
    // Ours is a day behind.
    const { turn, facts } = hub({ lateMs: 24 * 60 * MINUTE })
    expect((await turn())?.state).toBe('ok')
    expect(facts.value('dock', 'acme/app#1')?.blocking).toMatch(/^checks: green 2[56] h ago/)
  })
})

const MERGER = 'ghp_merger00000000000000000000000000001'
const tokens = [{ token: MERGER, login: 'harbour', role: 'merge' }] as const
const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

requirePart('git')('a dock whose token', () => {
  it('[F06] [O02] that reads is revoked in mid-train says so, lands nothing, and goes on by itself', async () => {
    const { server, hub, landings, drain } = await place({ pulls: 1, tokens })
    const started = hub({ mergeToken: MERGER })
    expect((await started.turn())?.state).toBe('ok')
    server.pass(6 * MINUTE)
    server.server.access.revoke(TOKEN)
    for (let count = 0; count < 3; count += 1) {
      expect(await started.turn()).toMatchObject({
        state: 'denied',
        message: 'acme/app: GitHub refuses the token (401)',
        mend: 'renew the token that github.token names',
      })
    }
    expect(landings()).toBe(0)
    const asked = total(server.server.counters())
    for (let count = 0; count < 20; count += 1) await started.turn()
    // The collector of pull requests is a new one each turn: the dock itself waits.
    expect(total(server.server.counters()) - asked).toBeLessThanOrEqual(20 * 2 + 2)
    server.server.access.restore(TOKEN)
    server.pass(MINUTE)
    await drain(started)
    expect(landings()).toBe(1)
  })

  it('[F06] [O02] that merges is revoked in mid-train says so, and lands once when it is back', async () => {
    const { server, hub, landings, drain } = await place({ pulls: 1, tokens })
    const started = hub({ mergeToken: MERGER })
    await started.turn()
    server.pass(6 * MINUTE)
    server.server.access.revoke(MERGER)
    for (let count = 0; count < 3; count += 1) {
      const look = await started.turn()
      expect(look).toMatchObject({ state: 'partial', message: expect.stringMatching(/git push/) })
      expect(look?.message).not.toContain(MERGER)
    }
    expect(landings()).toBe(0)
    server.server.access.restore(MERGER)
    server.pass(6 * MINUTE)
    await drain(started)
    expect(landings()).toBe(1)
    expect(started.journal.unsettled('intent')).toEqual([])
  })
})

requirePart('git')('a dock over a GitHub', () => {
  it('[O02] that asks to wait is not asked until then, and goes on by itself', async () => {
    const { server, hub, landings, drain } = await place()
    const started = hub()
    await started.turn()
    const { graphqlPoints } = server.server.limits
    server.server.limits.graphqlPoints = 0
    expect((await started.turn())?.message).toMatch(/rate limit is used up until/)
    const refused = server.server.counters()['403']
    for (let count = 0; count < 10; count += 1) {
      server.pass(5_000)
      expect((await started.turn())?.message).toMatch(/rate limit is used up until/)
    }
    expect(server.server.counters()['403']).toBe(refused)
    server.server.limits.graphqlPoints = graphqlPoints
    await drain(started)
    expect(landings()).toBe(1)
  })

  it.each([
    ['GraphQL', 'graphql', 0],
    ['GraphQL', 'graphql', 3],
    ['REST', 'core', 0],
  ] as const)(
    '[O02] whose points of an hour of %s are spent in mid-train says until when, is not asked, and goes on by itself',
    async (_, resource, left) => {
      const { server, hub, landings, drain } = await place({ pulls: 2 })
      const resetAt = server.clock.now + 60 * MINUTE
      const started = hub()
      expect((await started.turn())?.state).toBe('ok')
      const { spent, hourly, counters } = server.server
      hourly[resource] = spent()[resource] + left
      const until = `until ${new Date(resetAt).toISOString()}`
      const said: (string | null | undefined)[] = []
      const isTold = () => said.at(-1)?.includes(until) === true
      for (let turn = 0; turn < 4 && !isTold(); turn += 1) {
        server.pass(6 * MINUTE)
        said.push((await started.turn())?.message)
      }
      const looks: { message: string | null | undefined; asked: number }[] = []
      while (server.clock.now + 5 * MINUTE < resetAt) {
        server.pass(5 * MINUTE)
        const look = await started.turn()
        looks.push({ message: look?.message, asked: total(counters()) })
      }
      expect(landings()).toBe(0)
      // Some were on their way beside the first that was refused; then there are none.
      const asked = looks.at(-1)?.asked
      expect(looks.length).toBeGreaterThan(6)
      expect(looks.slice(2)).toEqual(
        looks.slice(2).map(() => ({ message: expect.stringContaining(until), asked })),
      )
      hourly[resource] = 5_000
      server.clock.now = resetAt + 1_000
      expect(await drain(started)).toEqual([])
      expect(landings()).toBe(2)
      for (const commit of server
        .git('log', '--first-parent', '--format=%H', 'main')
        .split('\n')
        .slice(0, -1)) {
        expect(server.model.rollup(commit)).toBe('SUCCESS')
      }
      expect(started.journal.unsettled('intent')).toEqual([])
    },
  )

  it.each([
    ['fails', { kind: 'status', status: 502 }],
    ['cuts every answer', { kind: 'cut' }],
  ] as const)(
    '[O02] that %s for a while lands nothing twice, and goes on by itself',
    async (_, fault) => {
      const { server, hub, landings, drain } = await place({ pulls: 2 })
      const started = hub()
      await started.turn()
      server.pass(6 * MINUTE)
      server.server.faults.inject(fault, 1_000)
      for (let count = 0; count < 4; count += 1) {
        expect((await started.turn())?.state).not.toBe('ok')
        server.pass(MINUTE)
      }
      server.server.faults.clear()
      server.pass(10 * MINUTE)
      await drain(started)
      expect(landings()).toBe(2)
      expect(started.journal.unsettled('intent')).toEqual([])
    },
  )

  it('[F01] that never knows whether one merges starves no other; git itself tells', async () => {
    const { server, hub, landings, drain } = await place({ pulls: 2 })
    server.model.neverKnown.add(1)
    const started = hub()
    expect(await drain(started)).toEqual([])
    expect(landings()).toBe(2)
  })

  it('[F03] a push to a pull request while it lands is not lost: what was tested lands, and then the rest', async () => {
    const { server, hub, drain } = await place()
    const started = hub()
    await started.turn()
    server.pass(6 * MINUTE)
    const theirs = await server.commit('origin/lane/1', 'More', { 'more.txt': 'more\n' })
    const act = () => server.push(`${theirs}:refs/heads/lane/1`)
    server.server.faults.inject({ kind: 'race', act }, 1, {
      method: 'POST',
      path: /git-receive-pack$/,
    })
    await drain(started)
    expect(server.git('ls-tree', '-r', '--name-only', 'main')).toMatch(/more.txt/)
    for (const commit of server
      .git('log', '--first-parent', '--format=%H', 'main')
      .split('\n')
      .slice(0, -1)) {
      expect(server.model.rollup(commit)).toBe('SUCCESS')
    }
  })

  it('a pull request where nothing may be said leaves all the same, and it is on record why not', async () => {
    const { server, hub } = await place({ pulls: 1, lurking: new Set([1]) }, { retries: 0 })
    const { turn, journal } = hub()
    const at = { method: 'POST', path: /comments$/ }
    server.server.faults.inject({ kind: 'status', status: 403 }, 1, at)
    for (let count = 0; count < 3; count += 1) {
      await turn()
      server.pass(6 * MINUTE)
    }
    expect((await turn())?.state).toBe('ok')
    expect(journal.list({ kinds: ['outcome'] }).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^not told on #1: GitHub says 403/),
    )
    expect(journal.unsettled('intent')).toEqual([])
  })
})

requirePart('git')('a mirror', () => {
  it.each([
    [
      'whose objects are cut short',
      (mirror: string) => {
        const objects = readdirSync(join(mirror, 'objects'), {
          recursive: true,
          withFileTypes: true,
        })
        for (const { name, parentPath } of objects.filter(each => each.isFile())) {
          truncateSync(join(parentPath, name), 10)
        }
      },
    ],
    [
      'where a git that was killed left its lock',
      (mirror: string) => {
        const lock = join(mirror, 'packed-refs.lock')
        writeFileSync(lock, '')
        utimesSync(lock, 1, 1)
      },
    ],
  ] as const)('[O02] %s is fetched anew, and its line goes on', async (_, damage) => {
    const { server, hub, mirror, landings, drain } = await place()
    const started = hub()
    await started.turn()
    damage(mirror)
    server.git(
      'branch',
      '-f',
      'main',
      await server.commit('origin/main', 'Theirs', { 'a.txt': 'a\n' }).then(async sha => {
        await server.push(`${sha}:refs/heads/other`)
        return sha
      }),
    )
    server.git('branch', '-D', 'other')
    const said = await drain(started)
    expect(said.join('\n')).toMatch(/its mirror was damaged/)
    expect(server.model.pulls()[0]?.landed).not.toBeNull()
    expect(landings()).toBe(2)
    expect(started.journal.unsettled('intent')).toEqual([])
  })

  it('[O02] on a full disk says so, and goes on when there is room', async () => {
    const { server, dir, hub, landings, drain } = await place()
    const full = join(dir, 'full')
    const bin = scratch()
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const program = `#!/bin/sh\n[ -e ${full} ] && ulimit -f 0\nexec ${git} "$@"\n`
    writeFileSync(join(bin, 'git'), program, { mode: 0o755 })
    const started = hub({ env: { PATH: `${bin}:${process.env['PATH']}` } })
    await started.turn()
    server.pass(6 * MINUTE)
    const theirs = await server.commit('origin/main', 'Theirs', { 'a.txt': 'a\n' })
    await server.push(`${theirs}:refs/heads/main`)
    writeFileSync(full, '')
    expect(await started.turn()).toMatchObject({
      state: 'error',
      message: expect.stringMatching(/git fetch/),
    })
    rmSync(full)
    await drain(started)
    expect(landings()).toBe(2)
  })
})
