/** Rebases that are struck, and pushes that another one races: nothing is done twice, nobody's work is lost. */
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { newRebaseQuestions } from '../../../src/hub/dock/rebase-questions.ts'
import { newRebaser, type RebaseWorld } from '../../../src/hub/dock/rebase-runner.ts'
import { rebaseWorld } from '../../../src/hub/dock/rebase-world.ts'
import { type Journal, openJournal } from '../../../state/journal/journal.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newBranches } from './parts/branches.ts'

const LIST = 'first\n'
const SUBJECT = 'acme/app@main rebase'

async function dirty() {
  const branches = await newBranches([
    { branch: 'main', files: { 'list.md': LIST } },
    { branch: 'lane/1', from: ['main'], files: { 'list.md': `${LIST}of lane\n` } },
    { branch: 'main', files: { 'list.md': `${LIST}of main\n` } },
  ])
  const { mirror, at, dir, git } = branches
  git('config', 'core.logAllRefUpdates', 'always')
  const journal = openJournal(join(dir, 'journal.db'))
  onTestFinished(() => journal.close())
  const comments = new Set<string>()
  const said: string[] = []
  const world = rebaseWorld({
    mirror,
    base: 'main',
    author: { name: 'Dock', email: 'dock@factory.test' },
    // As the real one: a mark tells that it was said.
    tell: async (pr, commit, text) => {
      const mark = `${pr} ${commit}`
      if (!comments.has(mark)) said.push(text)
      comments.add(mark)
    },
  })
  const seen = {
    dirty: [{ pr: 1, head: at('lane/1'), branch: 'lane/1', obstacle: null }],
    ahead: [],
    conflicts: new Set<string>(),
    underTest: 0,
    most: 1,
    tip: at('main'),
    mayNotBegin: null,
    stands: ({ head }: { head: string }) => head === at('lane/1'),
  }
  const rebaser = (over: { world?: RebaseWorld; journal?: Journal; mode?: 'propose' } = {}) =>
    newRebaser({
      journal,
      subject: SUBJECT,
      mode: 'push',
      lanes: null,
      questions: newRebaseQuestions({ journal, repo: 'acme/app', now: () => 1_750_000_000_000 }),
      world,
      now: () => 1_750_000_000_000,
      ...over,
    })
  const pushes = () =>
    git('reflog', 'show', '--format=%H', 'refs/heads/lane/1').split('\n').filter(Boolean)
  return { ...branches, journal, world, said, seen, rebaser, pushes }
}

class Struck extends Error {}

/** Dies before or after the call with that number, and never answers again. */
function strike(at: number) {
  let calls = 0
  let isDead = false
  const point = () => {
    if (isDead || calls++ === at) {
      isDead = true
      throw new Struck()
    }
  }
  const around =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      point()
      const came = await work(...args)
      point()
      return came
    }
  const writing =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      point()
      const came = work(...args)
      point()
      return came
    }
  return {
    isSpent: () => isDead,
    world: (of: RebaseWorld): RebaseWorld => ({
      replay: around(of.replay),
      isChanged: around(of.isChanged),
      push: around(of.push),
      tell: around(of.tell),
    }),
    journal: (of: Journal): Journal => ({
      ...of,
      append: writing(of.append),
      appendAll: writing(of.appendAll),
    }),
  }
}

const LIMIT_MS = 180_000

requirePart('git')('a rebase', () => {
  it(
    '[F03] that is struck at any step is done once: one push, one word, each intent its outcome',
    async () => {
      let points = 0
      for (;;) {
        const { journal, world, seen, rebaser, pushes, said, read, at, mirror } = await dirty()
        const blow = strike(points)
        await rebaser({ world: blow.world(world), journal: blow.journal(journal) }).tick(seen)
        const next = rebaser()
        await next.tick(seen)
        await next.tick({ ...seen, dirty: [] })
        expect(next.trouble).toBeNull()
        await mirror.fetch()
        expect(read(at('lane/1'), 'list.md').toString()).toBe(`${LIST}of main\nof lane\n`)
        expect(pushes()).toEqual([at('lane/1')])
        expect(said).toHaveLength(1)
        expect(journal.unsettled('intent')).toEqual([])
        const rows = journal.list({ kinds: ['intent', 'outcome'], subject: SUBJECT })
        expect(rows.map(({ kind }) => kind)).toEqual(['intent', 'outcome', 'intent', 'outcome'])
        if (!blow.isSpent()) break
        points += 1
      }
      expect(points).toBeGreaterThanOrEqual(12)
    },
    LIMIT_MS,
  )

  it('[F03] over which the author pushes meanwhile leaves theirs, and is journaled as raced', async () => {
    const { journal, world, seen, rebaser, add, at, said } = await dirty()
    const racing: RebaseWorld = {
      ...world,
      push: async step => {
        add([{ branch: 'lane/1', from: ['lane/1'], files: { 'new.txt': 'theirs\n' } }], 50)
        return await world.push(step)
      },
    }
    const one = rebaser({ world: racing })
    await one.tick(seen)
    const theirs = at('lane/1')
    expect(theirs).not.toBe(seen.dirty[0]?.head)
    expect(one.told.get(1)).toBe(`not rebased: lane/1 is at ${theirs} now: that stays`)
    const rows = journal.list({ kinds: ['outcome'], subject: SUBJECT })
    expect(rows.map(({ data }) => data['outcome'])).toEqual(['raced'])
    expect(said).toEqual([])
  })

  it('is held by the lease even when the push comes between the look and ours', async () => {
    const { mirror, seen, add, at } = await dirty()
    const [one] = seen.dirty
    add([{ branch: 'lane/1', from: ['lane/1'], files: { 'new.txt': 'theirs\n' } }], 50)
    const pushed = await mirror.push('lane/1', seen.tip, one?.head ?? '')
    expect(pushed.kind).toBe('raced')
    expect(at('lane/1')).not.toBe(seen.tip)
  })

  it('that came to nothing is tried again once the branch changed a path that it is stuck over', async () => {
    const { seen, rebaser, add, at, world, mirror } = await dirty()
    let tries = 0
    const stuck: RebaseWorld = {
      ...world,
      replay: async () => {
        tries += 1
        const losses = [{ kind: 'conflict' as const, path: 'list.md', why: 'both changed it' }]
        return { kind: 'stuck', losses }
      },
    }
    const one = rebaser({ world: stuck })
    await one.tick(seen)
    await one.tick(seen)
    expect(tries).toBe(1)
    expect(one.told.get(1)).toBe('not rebased: list.md: both changed it')
    add([{ branch: 'main', from: ['main'], files: { 'other.md': 'x\n' } }], 60)
    await mirror.fetch()
    const tip = at('main')
    await one.tick({ ...seen, tip })
    expect(tries).toBe(1)
    add([{ branch: 'main', from: ['main'], files: { 'list.md': 'x\n' } }], 70)
    await mirror.fetch()
    await one.tick({ ...seen, tip: at('main') })
    expect(tries).toBe(2)
  })

  it('that no rule resolves is asked about once, and not any more when its head has moved', async () => {
    const { seen, rebaser, journal, world, add } = await dirty()
    const losses = [{ kind: 'conflict' as const, path: 'list.md', why: 'both changed it' }]
    const stuck: RebaseWorld = { ...world, replay: async () => ({ kind: 'stuck', losses }) }
    await rebaser({ world: stuck }).tick(seen)
    await rebaser({ world: stuck }).tick(seen)
    const [asked, ...others] = journal.list({ kinds: ['decision'] })
    expect(others).toEqual([])
    expect(asked).toMatchObject({ subject: 'acme/app#1', data: { default: 'Leave it' } })
    expect(asked?.data['why']).toContain('list.md: both changed it')
    add([{ branch: 'lane/1', from: ['lane/1'], files: { 'new.txt': 'theirs\n' } }], 50)
    await rebaser({ world: stuck }).tick({ ...seen, dirty: [] })
    expect(journal.unsettled('decision')).toEqual([])
  })

  it('that is only proposed is pushed once a person says so, and not before', async () => {
    const { seen, rebaser, journal, pushes } = await dirty()
    const one = rebaser({ mode: 'propose' })
    await one.tick(seen)
    await one.tick(seen)
    expect(one.told.get(1)).toContain('can be rebased: its commits made anew')
    const [asked, ...others] = journal.unsettled('decision')
    expect(others).toEqual([])
    expect(pushes()).toEqual([])
    const answer = {
      author: 'ops',
      subject: '',
      text: 'Push it',
      data: { decision: asked?.seq ?? 0 },
    }
    journal.append({ at: 1_750_000_000_000, kind: 'answer', ...answer })
    await one.tick(seen)
    expect(pushes()).toHaveLength(1)
  })
})
