/** Journal and host as panes of the built program, over a real hub of this machine. */
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { tryConnect } from '../../src/client/connect.ts'
import { findPaths, profileFiles } from '../../src/profile/paths.ts'
import { clientOver } from '../../src/rpc/client.ts'
import { JournalEnvelope } from '../../state/rows/journal.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { newOperator } from './parts/operator.ts'
import { openTerminal } from './parts/pty.ts'

const operator = () =>
  newOperator({ select: ['--profile', 'here'], config: '[profiles.here]\nhost = "local"\n' })

const noteOf = (text: string) => ({
  kind: 'note' as const,
  author: 'scout',
  subject: '',
  text,
  data: {},
})

requirePart('pty')('panes of their own', () => {
  it('[N09] a note of another process stands in the journal pane without a key', async () => {
    const mine = operator()
    await mine.printed('note', 'written before')
    const alone = openTerminal(mine.line('journal', '--pane'), mine.env)
    await alone.until(/written before/)
    const { hash } = JSON.parse(await mine.printed('note', 'the train waits', '--json'))
    await alone.until(/the train waits/)
    alone.type('/train\r\r')
    await alone.until(new RegExp(hash))
    alone.type('\u0003')
    expect(await alone.exitCode).toBe(0)
  })

  it('[N09] 6 opens it over the home screen of a console that runs', async () => {
    const mine = operator()
    const console = openTerminal(mine.line(), mine.env)
    await console.until(/1 Lanes/)
    console.type('6')
    await console.until(/following/)
    await mine.printed('note', 'seen at once')
    await console.until(/seen at once/)
    console.type('5')
    await console.until(/vitals +ok/)
    console.type('\u0003')
    expect(await console.exitCode).toBe(0)
  })

  it('the hub tells a client once, however often it asked, and no more once it left', async () => {
    const mine = operator()
    await mine.printed('prewarm')
    const socket = await tryConnect(profileFiles(findPaths(mine.env), 'here').socket)
    if (socket === null) throw new Error('no hub listens')
    const client = clientOver(socket)
    const heard: string[] = []
    client.on('journal', ({ row }) => heard.push(row.text))
    /** Answers come in order: once the last one is here, so is what was told before it. */
    const note = async (text: string) => {
      await client.request('journal.append', noteOf(text))
      await client.request('status', {})
    }
    await client.request('journal.follow', { kinds: ['note'] })
    await client.request('journal.follow', { kinds: ['note'] })
    await note('once')
    await client.request('journal.unfollow', {})
    await note('unheard')
    client.close()
    expect(heard).toEqual(['once'])
  })

  it('[N09] watch streams the newest entries, then only what is new', async () => {
    const mine = operator()
    await mine.printed('note', 'one')
    const watching = mine.start('watch', '--json', 'journal')
    const told: ReturnType<typeof JournalEnvelope.parse>[] = []
    createInterface({ input: watching.stdout }).on('line', line => {
      told.push(JournalEnvelope.parse(JSON.parse(line)))
    })
    const texts = () => told.flatMap(({ rows }) => rows.map(({ text }) => text))
    await eventually('what there is', () => texts().includes('one'))
    const before = told.length
    await mine.printed('note', 'two')
    await eventually('what is new', () => texts().includes('two'))
    expect(told.slice(before).flatMap(({ rows }) => rows.map(({ text }) => text))).toEqual(['two'])
    const seqs = told.flatMap(({ rows }) => rows.map(({ seq }) => seq))
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
    watching.kill('SIGTERM')
    await watching
  })
})
