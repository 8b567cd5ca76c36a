/** A person's reviews of pull requests against a real server: given once, or not at all, wherever they are cut. */
import { expect, it } from 'vitest'
import { openPullIntents } from '../../src/hub/dock/pull-journal.ts'
import { requirePart } from '../setup/require-part.ts'
import { AGENT, BY, pullPlace } from './parts/dock/pull-place.ts'

requirePart('git')('a review by a person', () => {
  it('[N02] approves the head that was seen, with the token of reviews; undo dismisses it', async () => {
    const { server, hub } = await pullPlace()
    const { pulls, see, undo, journal } = hub()
    const came = await pulls.approve(see(1))
    expect(came).toMatchObject({ kind: 'done', text: expect.stringMatching(/#1: approved at/) })
    const [review] = server.model.pulls()[0]?.reviews ?? []
    expect(review).toMatchObject({ by: 'odile', state: 'APPROVED' })
    expect(journal.list({ kinds: ['intent'] }).at(-1)?.data).toMatchObject({ by: BY })
    const undone = await undo({ of: { kind: 'last' }, reason: '', by: BY })
    expect(undone).toMatchObject({ kind: 'done', text: expect.stringMatching(/dismissed/) })
    expect(review?.state).toBe('DISMISSED')
  })

  it('[N02] rejects with a reason, and takes that back too', async () => {
    const { server, hub } = await pullPlace()
    const { pulls, see, undo } = hub()
    await pulls.reject({ ...see(1), reason: 'It drops a file.' })
    const [review] = server.model.pulls()[0]?.reviews ?? []
    expect(review).toMatchObject({ state: 'CHANGES_REQUESTED' })
    expect(review?.body).toContain('It drops a file.')
    await undo({ of: { kind: 'last' }, reason: '', by: BY })
    expect(review?.state).toBe('DISMISSED')
  })

  it('[O10] is refused to a process, and at a head that nobody looked at', async () => {
    const { server, hub } = await pullPlace()
    const { pulls, see, journal } = hub()
    const seen = see(1)
    expect(await pulls.approve({ ...seen, by: AGENT })).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/a person at a terminal/),
    })
    expect(await pulls.approve({ ...seen, head: '0'.repeat(40) })).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/look again/),
    })
    const commit = await server.commit('origin/lane/1', 'More', { 'more.txt': 'x\n' })
    await server.push(`${commit}:refs/heads/lane/1`)
    expect(await pulls.approve(seen)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/look again/),
    })
    expect(server.model.pulls()[0]?.reviews).toEqual([])
    expect(journal.unsettled('intent')).toEqual([])
  })

  it('of their own work is GitHub’s to refuse, and told with its mend', async () => {
    const { server, hub } = await pullPlace()
    const own = await server.model.open({ title: 'Own', author: 'odile', branch: 'lane/1' })
    const { pulls, see } = hub()
    expect(await pulls.approve(see(own.number))).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/422.*your own pull request.*somebody else/),
    })
  })

  it.each([
    ['lost', { kind: 'lost-answer' }, 1, 'approved'],
    ['cut', { kind: 'cut' }, 0, 'undone'],
  ] as const)(
    '[O01] whose answer is %s is looked for by the next hub',
    async (_, fault, count, end) => {
      const { server, hub } = await pullPlace()
      const first = hub()
      server.server.faults.inject(fault, 1, { method: 'POST', path: /reviews$/ })
      // And the look after it fails too, as it does when a hub dies there.
      server.server.faults.inject({ kind: 'cut' }, 1, { method: 'GET', path: /reviews$/ })
      expect(await first.pulls.approve(first.see(1))).toMatchObject({ kind: 'unknown' })
      first.journal.close()
      const next = hub()
      expect(openPullIntents(next.journal)).toHaveLength(1)
      expect(await next.pulls.settle()).toBeNull()
      expect(next.outcomes()).toEqual([end])
      expect(server.model.pulls()[0]?.reviews).toHaveLength(count)
    },
  )
})
