/** What git tells of pull requests' heads: over a real repository, with its processes counted. */
import { expect, it } from 'vitest'
import { runCommand } from '../../../adapters/command.ts'
import { mirrorAt } from '../../../adapters/git/mirror.ts'
import { newMeasure } from '../../../src/hub/dock/measure.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newBranches } from './parts/branches.ts'

const FLAG = 'compacted'

/** Two pull requests, the second one standing on the first one. */
async function stacked() {
  const repository = await newBranches([
    { branch: 'main', files: { 'a.txt': 'a\n' } },
    { branch: 'below', from: ['main'], files: { 'below.txt': 'below\n' } },
    { branch: 'above', from: ['below'], files: { 'above.txt': 'above\n', [FLAG]: 'yes\n' } },
  ])
  let processes = 0
  const mirror = mirrorAt({
    dir: repository.mirror.dir,
    remote: repository.dir,
    access: async () => ({}),
    env: process.env,
    command: (...asked) => {
      processes += 1
      return runCommand(...asked)
    },
  })
  const measure = newMeasure(mirror)
  const [below, above] = [repository.at('below'), repository.at('above')]
  const look = async () => {
    await repository.mirror.fetch()
    const tip = repository.at('main')
    processes = 0
    const found = await measure.heads(tip, [below, above, above], FLAG)
    const landings = await measure.landingsSince(tip, 1_690_000_000_000)
    return { below: found.get(below), above: found.get(above), landings, processes }
  }
  return { ...repository, look }
}

requirePart('git')('the heads of pull requests', () => {
  it('are measured once: where nothing moved git is not asked', async () => {
    const { look, add } = await stacked()
    const first = await look()
    expect(first.processes).toBeGreaterThan(0)
    expect(await look()).toEqual({ ...first, processes: 0 })
    add([{ branch: 'main', from: ['main'], files: { 'below.txt': 'other\n' } }], 10)
    expect(await look()).toMatchObject({
      below: { behind: 1, dirtyPaths: ['below.txt'] },
      above: { behind: 1, dirtyPaths: ['below.txt'] },
      landings: 2,
    })
  })

  it('change less once some of their commits have landed', async () => {
    const { look, add } = await stacked()
    const first = await look()
    expect(first.above).toMatchObject({
      paths: ['above.txt', 'below.txt', FLAG],
      ahead: 2,
      compaction: 'fresh',
    })
    add([{ branch: 'main', from: ['main', 'below'], files: { 'below.txt': 'below\n' } }], 10)
    const then = await look()
    expect(then.above).toMatchObject({ paths: ['above.txt', FLAG], ahead: 1, behind: 1 })
    expect(then.above?.patchId).not.toBe(first.above?.patchId)
    expect(then.below).toMatchObject({ paths: [], patchId: null, ahead: 0 })
  })

  it('[F03] are searched for markers of conflicts that they bring, not for those that were there', async () => {
    const told = 'How git tells of a conflict:\n\n<<<<<<< ours\n=======\n>>>>>>> theirs\n'
    const left = 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n'
    const repository = await newBranches([
      { branch: 'main', files: { 'a.txt': 'a\n', 'git.md': told, 'old.txt': left } },
      { branch: 'leaves', from: ['main'], files: { 'ä b.txt': left, 'a.txt': 'Title\n=======\n' } },
      {
        branch: 'moves',
        from: ['main'],
        files: { 'git.md': `# Git\n\n${told}`, 'old.txt': 'a\n' },
      },
    ])
    await repository.mirror.fetch()
    const [leaves, moves] = [repository.at('leaves'), repository.at('moves')]
    const measure = newMeasure(repository.mirror)
    const found = await measure.heads(repository.at('main'), [leaves, moves], null)
    expect(found.get(leaves)?.markedPaths).toEqual(['ä b.txt'])
    expect(found.get(moves)?.markedPaths).toEqual([])
  })
})
