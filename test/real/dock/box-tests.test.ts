/** Trains that are tested in boxes: real git, a real sshd, a real Docker engine. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import type { BoxHost } from '../../../adapters/box.ts'
import type { Train } from '../../../src/engine/queue/line.ts'
import { type BoxTestsDeps, boxTests } from '../../../src/hub/dock/box-tests.ts'
import { gitWorld } from '../../../src/hub/dock/git-world.ts'
import { subjectOf } from '../../../src/hub/dock/line-journal.ts'
import { newLineRunner } from '../../../src/hub/dock/line-runner.ts'
import type { Verdict } from '../../../src/hub/dock/train-tests.ts'
import { type Journal, openJournal } from '../../../state/journal/journal.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newDock } from './parts/factory.ts'
import { type GateHost, gateHost } from './parts/gate-host.ts'

const SUBJECT = subjectOf('acme/app', 'main')
const LIMIT_MS = 300_000

const parts = async (pulls: number) => {
  const host = await gateHost()
  const dock = await newDock({ pulls, bad: new Set(), flake: () => false })
  let journals = 0
  const journal = () => {
    journals += 1
    const opened = openJournal(join(dock.dir, `journal-${journals}.db`))
    onTestFinished(() => opened.close())
    return opened
  }
  const testsWith = (more: Partial<BoxTestsDeps> & { journal: Journal }) =>
    boxTests({
      mirror: dock.mirror,
      subject: SUBJECT,
      repo: 'acme/app',
      command: 'true',
      box: 'gate',
      limitMs: 60_000,
      logs: host.logs,
      ask: host.ask,
      desk: host.desk,
      hostNow: Date.now,
      now: Date.now,
      ...more,
    })
  return { host, dock, journal, testsWith }
}

const trainOf = (id: string, commit: string): Train => ({
  id,
  group: { cars: [{ pr: 1, head: commit }], reds: 0 },
  after: null,
  stage: { kind: 'testing', commit, tree: '' },
})

const Tested = z.object({
  act: z.literal('line.tested'),
  commit: z.string(),
  exit: z.number(),
  box: z.string(),
})

const tested = (journal: Journal) =>
  journal
    .list({ kinds: ['outcome'], subject: SUBJECT })
    .flatMap(({ data }) => Tested.safeParse(data).data ?? [])

/** Nothing of a test is left but its log. */
async function expectClear({ docker, gates }: GateHost) {
  expect(await docker.engine.listContainers({ all: true })).toEqual([])
  expect(readdirSync(gates).filter(name => !/\.(?:log|git)$/.test(name))).toEqual([])
}

class Cut extends Error {}

interface StopAt {
  step: number
  moment: 'before' | 'after'
}

/** The same, whose life ends at one of its steps; `steps` names those that it came to. */
function mortal({ ask, desk }: GateHost, journal: Journal, stop: StopAt | null) {
  const steps: string[] = []
  const isHere = (moment: StopAt['moment']) =>
    stop !== null && stop.step === steps.length && stop.moment === moment
  const dieAt = (moment: StopAt['moment'], what: string) => {
    if (isHere(moment)) throw new Cut(`${moment} ${what}`)
  }
  const stepped =
    <A extends unknown[], T>(what: string, act: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      steps.push(what)
      dieAt('before', what)
      const came = await act(...args)
      dieAt('after', what)
      return came
    }
  const host: BoxHost = {
    ...desk.host,
    look: stepped('look', desk.host.look),
    create: stepped('create', desk.host.create),
    start: stepped('start', desk.host.start),
    remove: stepped('remove', desk.host.remove),
  }
  const append: Journal['append'] = entry => {
    steps.push('append')
    dieAt('before', 'append')
    const row = journal.append(entry)
    dieAt('after', 'append')
    return row
  }
  return {
    steps,
    deps: {
      journal: { ...journal, list: journal.list, append },
      ask: ((method, params) => stepped(method, () => ask(method, params))()) as GateHost['ask'],
      desk: { ...desk, forCommands: stepped('choose', desk.forCommands), host },
    },
  }
}

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
)('a train that is tested in a box', () => {
  it(
    '[F03] [F04] lands when its command ends with 0, and leaves when it does not; no token is in the box',
    async () => {
      const { host, dock, journal: newJournal, testsWith } = await parts(3)
      process.env['PLANTED_TOKEN'] = 'ghp_planted0000planted0000planted0000pl'
      onTestFinished(() => void delete process.env['PLANTED_TOKEN'])
      const journal = newJournal()
      const command =
        'env; git remote -v; git log -1 --format=%H; touch built; cat src/*; test ! -e src/2.txt'
      const runner = newLineRunner({
        journal,
        subject: SUBJECT,
        strategy: { batch: 1, depth: 1, retries: 0 },
        world: gitWorld({
          mirror: dock.mirror,
          base: 'main',
          author: { name: 'Dock', email: 'dock@factory.test' },
          titles: () => new Map(),
          tests: testsWith({ journal, command }),
          tellEjected: async ({ pr }, why) => {
            dock.comments.push(`#${pr} ${why}`)
            return null
          },
        }),
        now: Date.now,
      })
      await eventually(
        'the line is drained',
        async () => {
          await runner.tick(await dock.seen())
          expect(runner.trouble).toBeNull()
          const isOver = runner.line.trains.length === 0 && runner.line.waiting.length === 0
          return isOver && dock.git('ls-tree', '-r', '--name-only', 'main', 'src/')
        },
        LIMIT_MS,
      )
      expect(dock.git('ls-tree', '-r', '--name-only', 'main', 'src/')).toBe('src/1.txt\nsrc/3.txt')
      expect(dock.comments).toEqual([
        expect.stringMatching(/^#2 the gate command ended with 1; its log is dockmaster-gate-t2-/),
      ])
      const verdicts = tested(journal)
      expect(verdicts.map(({ exit }) => exit)).toEqual([0, 1, 0])
      for (const { box, commit } of verdicts) {
        const log = readFileSync(join(host.gates, `${box}.log`), 'utf8')
        expect(log).toContain(`\n${commit}\n`)
        expect(log).toContain('CI=true')
        expect(log).not.toMatch(/ghp_|origin|PLANTED/)
      }
      expect(dock.git('for-each-ref', 'refs/heads/dockmaster')).toBe('')
      expect(journal.unsettled('intent')).toEqual([])
      await expectClear(host)
    },
    LIMIT_MS,
  )

  it(
    '[O01] is tested once, and its verdict is told once, wherever its hub is killed',
    async () => {
      const { host, dock, journal: newJournal, testsWith } = await parts(1)
      const commit = dock.heads.get(1) ?? ''
      const command = 'echo tested'
      const ended = async () =>
        await eventually('the box has ended', async () => {
          const [box] = await host.docker.engine.listContainers({ all: true })
          return box?.State === 'exited'
        })
      let lives = 0
      /** One life that may be cut, then one that goes on. */
      const live = async (stop: StopAt | null) => {
        lives += 1
        const train = trainOf(`t${lives}`, commit)
        const journal = newJournal()
        const first = mortal(host, journal, stop)
        const tests = testsWith({ ...first.deps, command })
        try {
          await tests.start(train, commit)
          await ended()
          await tests.verdict(train, commit)
        } catch (error) {
          if (!(error instanceof Cut)) throw error
        }
        const next = testsWith({ journal, command })
        await next.start(train, commit)
        const verdict: Verdict = await eventually('its verdict', () => next.verdict(train, commit))
        expect(verdict).toEqual({ isGreen: true, why: '' })
        const told = tested(journal)
        expect(told.map(({ exit }) => exit)).toEqual([0])
        const log = readFileSync(join(host.gates, `${told[0]?.box}.log`), 'utf8')
        expect(log).toBe('tested\n')
        await expectClear(host)
        return first.steps
      }

      const whole = await live(null)
      expect(whole).toEqual([
        'look',
        'choose',
        'gate.look',
        'gate.take',
        'gate.checkout',
        'create',
        'start',
        'look',
        'append',
        'remove',
        'gate.drop',
      ])
      const known = whole.filter(step => step !== 'gate.take').length
      for (let step = 1; step <= known; step += 1) {
        for (const moment of ['before', 'after'] as const) await live({ step, moment })
      }
    },
    LIMIT_MS,
  )

  it(
    'is red when it takes too long, is tested again when its box is taken away, and is ended when it is cancelled',
    async () => {
      const { host, dock, journal: newJournal, testsWith } = await parts(1)
      const commit = dock.heads.get(1) ?? ''
      const journal = newJournal()
      const running = async () =>
        await eventually('its box runs', async () => {
          const [box] = await host.docker.engine.listContainers()
          return box && host.docker.engine.getContainer(box.Id)
        })
      let clock = Date.now()
      const hostNow = () => clock
      const tests = testsWith({ journal, command: 'sleep 300', hostNow })
      const late = trainOf('t1', commit)
      await tests.start(late, commit)
      const lost = await running()
      expect(await tests.verdict(late, commit)).toBeNull()
      await lost.remove({ force: true })
      expect(await tests.verdict(late, commit)).toBeNull()
      expect((await running()).id).not.toBe(lost.id)
      clock += 120_000
      const verdict: Verdict = await eventually('its verdict', () => tests.verdict(late, commit))
      expect(verdict.isGreen).toBe(false)
      expect(verdict.why).toMatch(/^the gate command was ended after 60 s; its log is \S+\.log$/)
      await expectClear(host)

      const cancelled = trainOf('t2', commit)
      await tests.start(cancelled, commit)
      await running()
      await tests.drop(cancelled)
      await expectClear(host)
      expect(tested(journal)).toHaveLength(1)

      const refused = testsWith({ journal, box: 'none' })
      await expect(refused.start(trainOf('t3', commit), commit)).rejects.toThrow(
        'no box is named none: there are gate',
      )
    },
    LIMIT_MS,
  )
})
