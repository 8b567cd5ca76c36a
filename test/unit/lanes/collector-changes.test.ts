/** The collector of lanes over files that change under it, and what it watches. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { copyFile, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lanesCollector } from '../../../src/probe/lanes/collector.ts'
import type { LaneFact } from '../../../state/facts.ts'
import { eventually } from '../../setup/eventually.ts'
import { fixture } from './lane-cases.ts'
import { byKey, KILLED, killed, lanesPlace, linesOf, OK, text } from './lanes-place.ts'

describe('files that change under the collector', () => {
  it('reads only what grew, and no line before it is whole', async () => {
    const { log, lanes } = await lanesPlace()
    const path = log('lane.jsonl')
    const [first = '', ...rest] = linesOf('codex/fail')
    writeFileSync(path, `${first}\n${rest[0]}\n${rest[1]?.slice(0, 50)}`)
    expect(Object.values(await lanes())[0]).toMatchObject({ lastCommand: null, skipped: 0 })
    appendFileSync(path, `${rest[1]?.slice(50)}\n${text(rest.slice(2))}`)
    expect(Object.values(await lanes())[0]).toMatchObject({ lastExit: 3, skipped: 0, tokens: 2500 })
  })

  it('starts anew when a log is truncated, replaced, or written over', async () => {
    const { log, lanes } = await lanesPlace()
    const path = log('lane.jsonl')
    await copyFile(fixture('codex/fail'), path)
    expect(Object.values(await lanes())[0]).toMatchObject({ lastExit: 3 })
    await truncate(path, 0)
    expect(await lanes()).toEqual({})
    await copyFile(fixture('codex/ok'), path)
    expect(Object.values(await lanes())[0]).toMatchObject({ threadId: OK, lastExit: 0 })
    await copyFile(fixture('codex/noop'), log('other.tmp'))
    await rename(log('other.tmp'), path)
    expect(Object.values(await lanes())[0]).toMatchObject({
      lastMessage: 'I have nothing to do.',
      lastExit: null,
    })
    // Longer than before and by another run: only its beginning tells.
    await copyFile(fixture('codex/resume_ok'), path)
    expect(Object.values(await lanes())[0]).toMatchObject({ threadId: OK, lastExit: 1 })
  })

  it('lets a lane go with its last file', async () => {
    const { log, rollout, lanes, lookAt } = await lanesPlace()
    const path = log('lane.jsonl')
    await copyFile(fixture('codex/ok'), path)
    await copyFile(fixture('codex/ok.rollout'), rollout(OK))
    await lanes()
    await rm(path)
    const look = await lookAt(new Set([path]))
    expect(byKey(look)).not.toHaveProperty(OK, null)
    expect((await lanes())[OK]).toMatchObject({ log: null, rollout: rollout(OK) })
    await rm(rollout(OK))
    const gone = await lookAt(new Set([rollout(OK)]))
    expect(byKey(gone)).toEqual({ [OK]: null })
  })

  it('[O08] passes over the middle of a huge log, and says so', async () => {
    const { log, lanes } = await lanesPlace()
    const path = log('lane.jsonl')
    const [head = '', begun = '', ...rest] = linesOf('codex/ok')
    const filler = `{"type":"item.completed","item":{"id":"item_9","type":"reasoning","text":"${'z'.repeat(1_000)}"}}\n`
    writeFileSync(path, text([head, begun]) + filler.repeat(12_000) + text(rest))
    const lane = Object.values(await lanes())[0]
    expect(lane).toMatchObject({
      threadId: OK,
      status: 'ended',
      tokens: 2500,
      lastExit: 0,
      skipped: 0,
    })
    expect(lane?.why.join()).toMatch(/not read: \d+ bytes in the middle/)
  })

  it('[O08] is not stopped by what is no log', async () => {
    const { log, lookAt } = await lanesPlace()
    const path = log('lane.jsonl')
    execFileSync('mkfifo', [log('pipe.jsonl')])
    mkdirSync(log('folder.jsonl'))
    writeFileSync(log('binary.jsonl'), Buffer.alloc(5_000, 200))
    await copyFile(fixture('codex/ok'), path)
    const look = await lookAt(null)
    expect(look.drafts.map(({ key }) => key)).toEqual([OK])
  })

  it('names a file in which it can read no line', async () => {
    const { log, lookAt } = await lanesPlace()
    const path = log('lane.jsonl')
    writeFileSync(path, 'error: unexpected argument\n')
    const look = await lookAt(null)
    expect(look).toMatchObject({ state: 'ok', drafts: [] })
    expect(look.message).toBe(`no line of ${path} is of Codex or Claude`)
  })

  it('is absent, with a mend, where no agent ever ran', async () => {
    const { dir } = await lanesPlace()
    const nowhere = lanesCollector(
      { logs: [], codexHomes: [join(dir, 'a')], claudeHomes: [join(dir, 'b')] },
      { now: Date.now, home: dir, zone: 'UTC' },
    )
    const look = await nowhere.look(null, new AbortController().signal)
    expect(look).toMatchObject({ state: 'absent', mend: expect.stringContaining('lanes.logs') })
  })
})

describe('watching', () => {
  it('[M06] asks for the writer of a new log, and again once it has ended, long before the re-scan', async () => {
    const { log, writer, lanes, lookAt, watch } = await lanesPlace()
    const hints = new Set<string>()
    void watch(hint => hints.add(hint))
    await lanes()
    const child = writer(log('brief-life.jsonl'))
    child.stdin?.write(text(linesOf('codex/think').slice(0, 3)))
    let seen: LaneFact | undefined
    const untilTold = (what: string, expected: Partial<LaneFact>) =>
      eventually(what, async () => {
        const some = new Set(hints)
        hints.clear()
        if (some.size === 0) return false
        const look = await lookAt(some)
        seen = Object.values(byKey(look)).find(lane => lane !== null) ?? seen
        expect(seen).toMatchObject(expected)
        return true
      })
    await untilTold('its writer', { status: 'thinking', pid: child.pid ?? 0 })
    await killed(child)
    await untilTold('its end', { status: 'ended', result: 'crashed', pid: null })
  })

  it('pokes for what grows and for what is new, in directories that are new too', async () => {
    const { dir, log, rollout, lanes, lookAt, watch } = await lanesPlace()
    const hints = new Set<string>()
    void watch(hint => hints.add(hint))
    await copyFile(fixture('codex/noop'), log('a.jsonl'))
    await lanes()
    hints.clear()

    appendFileSync(log('a.jsonl'), '\n')
    await eventually('growth is told', () => hints.has(log('a.jsonl')))

    const seen = new Map<string, unknown>()
    const follow = async () => {
      const some = new Set(hints)
      hints.clear()
      if (some.size === 0) return
      const look = await lookAt(some)
      for (const { key, value } of look.drafts) seen.set(key, value)
    }
    mkdirSync(log('deep'))
    await eventually('the directory is told', () => hints.has(log('deep')))
    await follow()
    await copyFile(fixture('codex/ok'), log('deep/log.jsonl'))
    await eventually('the new lane is seen', async () => {
      await follow()
      return seen.has(OK)
    })
    expect(seen.get(OK)).toMatchObject({ name: 'deep' })

    mkdirSync(join(dir, 'codex/sessions/2026/11/21'))
    const path = rollout(KILLED).replace('/20/', '/21/')
    await eventually('the new day is followed', async () => {
      await follow()
      if (!existsSync(path)) await copyFile(fixture('codex/sigkill_native.rollout'), path)
      return seen.has(KILLED)
    })
  })

  it('costs no search for paths that cannot be of a lane', async () => {
    const { dir, lanes, lookAt } = await lanesPlace()
    await lanes()
    writeFileSync(join(dir, 'lanes/notes.txt'), 'x')
    const look = await lookAt(new Set([join(dir, 'lanes/notes.txt'), '/etc/passwd']))
    expect(look).toMatchObject({ state: 'ok', extent: 'some', drafts: [] })
  })
})
