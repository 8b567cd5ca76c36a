/** Lanes that rebase, over real git: what one pushes is compared with what it was given, and boards only whole. */
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { compareLanes, openRebasing } from '../../../src/hub/dock/rebase-dirty.ts'
import { type Launched, newRebaseLanes } from '../../../src/hub/dock/rebase-lanes.ts'
import { newRebaseQuestions } from '../../../src/hub/dock/rebase-questions.ts'
import { laneWorld } from '../../../src/hub/dock/rebase-world.ts'
import { missingSections } from '../../../src/policy/brief.ts'
import { DockRepo } from '../../../state/config.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newBranches } from './parts/branches.ts'

const NOW = 1_750_000_000_000

/** Both changed line 2; the pull request also changed line 8, and the branch line 5. */
const BASE = '1\n2\n3\n4\n5\n6\n7\n8\n'
const PULL = '1\ntwo of lane\n3\n4\n5\n6\n7\neight\n'
const MAIN = '1\ntwo of main\n3\n4\nfive\n6\n7\n8\n'

async function handedOver(acted: Launched = { kind: 'begun' }) {
  const branches = await newBranches([
    { branch: 'main', files: { 'a.txt': BASE } },
    { branch: 'lane/1', from: ['main'], files: { 'a.txt': PULL } },
    { branch: 'main', files: { 'a.txt': MAIN } },
  ])
  const { mirror, at, dir, add } = branches
  const journal = openJournal(join(dir, 'journal.db'))
  onTestFinished(() => journal.close())
  const briefs: string[] = []
  let ended: number | null = null
  const lanes = () => {
    const now = () => NOW
    return newRebaseLanes({
      journal,
      subject: 'acme/app@main rebase lanes',
      repo: 'acme/app',
      base: 'main',
      questions: newRebaseQuestions({ journal, repo: 'acme/app', now }),
      world: {
        ...laneWorld(mirror),
        launch: async (_, brief) => {
          briefs.push(brief)
          return acted
        },
        endedFor: () => ended,
      },
      now,
    })
  }
  const car = {
    pr: 1,
    head: at('lane/1'),
    branch: 'lane/1',
    tip: at('main'),
    obstacles: [{ path: 'a.txt', why: 'both changed the same lines' }],
  }
  const look = async (one: ReturnType<typeof lanes>) => {
    await mirror.fetch()
    await one.look(new Map([[1, at('lane/1')]]), at('main'))
  }
  return {
    ...branches,
    journal,
    briefs,
    lanes,
    car,
    look,
    /** The lane rebases it so, and pushes that. */
    pushes: (text: string, time = 50) =>
      add([{ branch: 'lane/1', from: ['main'], files: { 'a.txt': text } }], time),
    end: (ms: number) => {
      ended = ms
    },
    isGiven: () =>
      eventually('a lane has it', () => {
        const [open, ...others] = journal.unsettled('intent')
        return open?.data['do'] === 'await' && others.length === 0
      }),
  }
}

requirePart('git')('a lane that rebases', () => {
  it('[F03] gets a brief of all that it needs, is begun once, and frees what it pushed whole', async () => {
    const { lanes, car, look, pushes, journal, briefs, isGiven, git } = await handedOver()
    const one = lanes()
    expect(await one.take(car)).toBeNull()
    await isGiven()
    expect(await one.take(car)).toBeNull()
    expect(briefs).toHaveLength(1)
    expect(missingSections(briefs[0] ?? '')).toEqual([])
    for (const part of [car.head, car.tip, 'a.txt', `lease=refs/heads/lane/1:${car.head}`]) {
      expect(briefs[0]).toContain(part)
    }
    await look(one)
    expect(one.inHand(1)).toBe(`rebase-1-${car.head.slice(0, 12)} rebases it`)
    pushes('1\ntwo of main\ntwo of lane\n3\n4\nfive\n6\n7\neight\n')
    await look(one)
    expect(one.held.size).toBe(0)
    expect(one.inHand(1)).toBeNull()
    expect(journal.unsettled('intent')).toEqual([])
    expect(journal.list({ kinds: ['outcome'] }).map(({ data }) => data['outcome'])).toEqual([
      'running',
      'whole',
    ])
    expect(git('for-each-ref', 'refs/dockmaster')).toBe('')
  })

  it.each([
    ['loses a hunk of the pull request', '1\ntwo of lane\n3\n4\nfive\n6\n7\n8\n', '"eight"'],
    ['loses what landed meanwhile', '1\ntwo of lane\n3\n4\n5\n6\n7\neight\n', '"five"'],
    [
      'holds a marker',
      '1\n<<<<<<< a\ntwo of lane\n3\n4\nfive\n6\n7\neight\n',
      'a marker of a conflict',
    ],
  ])(
    '[F03] whose push %s does not board, in the next hub neither, until a person says so',
    async (_, text, told) => {
      const { lanes, car, look, pushes, journal, isGiven, at } = await handedOver()
      const one = lanes()
      await one.take(car)
      await isGiven()
      pushes(text)
      await look(one)
      expect(one.held.get(1)).toContain('is not whole')
      expect(one.held.get(1)).toContain(told)
      const next = lanes()
      await look(next)
      expect(next.held.get(1)).toContain(told)
      const [asked, ...others] = journal.unsettled('decision')
      expect(others).toEqual([])
      expect(asked?.data['rebase']).toMatchObject({ topic: 'lost', head: at('lane/1') })
      const answer = { author: 'ops', subject: '', text: 'Take it as it is' }
      journal.append({ at: NOW, kind: 'answer', ...answer, data: { decision: asked?.seq ?? 0 } })
      await look(next)
      expect(next.held.size).toBe(0)
      expect(journal.unsettled('intent')).toEqual([])
    },
  )

  it('[F03] whose push waits for a person holds up no other; one that still works does', async () => {
    const { lanes, car, look, pushes, briefs, isGiven } = await handedOver()
    const one = lanes()
    const other = { ...car, pr: 2, branch: 'lane/2' }
    await one.take(car)
    await isGiven()
    await look(one)
    expect(await one.take(other)).toBeNull()
    expect(briefs).toHaveLength(1)
    pushes('1\ntwo of lane\n3\n4\n5\n6\n7\neight\n')
    await look(one)
    expect(await one.take(other)).toBeNull()
    expect(briefs).toHaveLength(2)
    expect(one.held.has(1)).toBe(true)
  })

  it('is begun again by the next hub when this one died before it knew, with the very same brief', async () => {
    const { lanes, car, look, briefs, journal, isGiven } = await handedOver()
    const dead = lanes()
    await dead.take(car)
    await isGiven()
    const [open] = journal.unsettled('intent')
    // As it stood before the answer of the host came.
    journal.append({
      at: NOW,
      kind: 'outcome',
      author: 'dock',
      subject: open?.subject ?? '',
      text: 'struck',
      data: { intent: open?.seq ?? 0, outcome: 'struck' },
    })
    const launch = journal.list({ kinds: ['intent'] })[0]
    const { at, kind, author, subject, text, data } = launch ?? open ?? raise()
    journal.append({ at, kind, author, subject, text, data })
    await look(lanes())
    await isGiven()
    expect(briefs).toHaveLength(2)
    expect(briefs[1]).toBe(briefs[0])
  })

  it('that cannot begin, or ends and pushes nothing, leaves it to a person', async () => {
    const none = await handedOver({ kind: 'refused', why: 'no codex on the host' })
    const one = none.lanes()
    expect(await one.take(none.car)).toBeNull()
    await eventually('it is refused', () => none.journal.unsettled('intent').length === 0)
    expect(await one.take(none.car)).toBe('no lane takes it: no codex on the host')
    expect(await none.lanes().take(none.car)).toBe('no lane takes it: no codex on the host')

    const idle = await handedOver()
    const other = idle.lanes()
    await other.take(idle.car)
    await idle.isGiven()
    idle.end(60_000)
    await idle.look(other)
    expect(other.inHand(1)).not.toBeNull()
    idle.end(180_000)
    await idle.look(other)
    expect(await other.take(idle.car)).toContain('has ended and pushed nothing')
  })

  it('[F03] is compared also where the config wants no lane any more', async () => {
    const { lanes, car, pushes, mirror, journal, isGiven, at } = await handedOver()
    await lanes().take(car)
    await isGiven()
    pushes('1\ntwo of lane\n3\n4\nfive\n6\n7\n8\n')
    await mirror.fetch()
    const rebasing = openRebasing(
      {
        repo: DockRepo.parse({ repo: 'acme/app', rebase: 'off' }),
        author: { name: 'Dock', email: 'dock@factory.test' },
        journal,
        backend: () => 'train',
        pulls: () => [],
        frozen: () => null,
        tellRebased: async () => undefined,
        rebaseLane: {
          launch: async () => ({ kind: 'refused', why: 'none is wanted' }),
          endedFor: () => null,
        },
        now: () => NOW,
      },
      mirror,
    )
    expect(rebasing.rebaser).toBeNull()
    const open = [{ number: 1, head: at('lane/1') }]
    const held = await compareLanes(rebasing, open, at('main'))
    expect(held.get(1)).toContain('"eight"')
  })

  it('gets no branch whose name a shell would read', async () => {
    const { lanes, car, briefs } = await handedOver()
    const why = await lanes().take({ ...car, branch: 'x$(touch y)' })
    expect(why).toBe('its branch has a name that no shell takes as one word')
    expect(briefs).toEqual([])
  })
})

function raise(): never {
  throw new Error('the journal holds no intent')
}
