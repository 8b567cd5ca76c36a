import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { copyFile, mkdtemp, realpath, rename, rm, truncate, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LanesCollector, lanesCollector } from '../../../src/probe/lanes/collector.ts'
import { LaneFact } from '../../../state/facts.ts'
import { eventually } from '../../setup/eventually.ts'
import { fixture, fixtureText } from './lane-cases.ts'

const OK = '01a1fb3b-b729-7982-994b-d7f3c4fbc2c7'
const KILLED = '01a1fb3a-2286-7e50-811e-8854a1570039'

let dir = ''
let children: ChildProcess[] = []
let collector: LanesCollector
let clock = () => Date.now()
let stopped: AbortController

const log = (name: string) => join(dir, 'lanes', name)
const codexHome = () => join(dir, 'codex')
const rollout = (id: string) =>
  join(codexHome(), 'sessions/2026/11/20', `rollout-2026-11-20T23-12-37-${id}.jsonl`)

function collect(over: object = {}): LanesCollector {
  return lanesCollector(
    {
      logs: [`${dir}/lanes/*.jsonl`, `${dir}/lanes/*/log.jsonl`],
      codexHomes: [codexHome()],
      claudeHomes: ['~/claude'],
      ...over,
    },
    { now: () => clock(), home: dir, zone: 'UTC' },
  )
}

beforeEach(async () => {
  // The process table shows real paths.
  dir = await realpath(await mkdtemp(join(tmpdir(), 'lanes-')))
  for (const path of [
    'lanes',
    'codex/sessions/2026/11/20',
    'codex/thread-writer-locks',
    'claude/projects/-srv-x',
  ]) {
    mkdirSync(join(dir, path), { recursive: true })
  }
  clock = () => Date.now()
  stopped = new AbortController()
  collector = collect()
})

afterEach(async () => {
  stopped.abort()
  for (const child of children) await killed(child)
  children = []
  await rm(dir, { recursive: true })
})

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

/** A process that writes what it is told to its output, the log, and holds it open meanwhile. */
function writer(path: string, cwd = dir): ChildProcess {
  const out = openSync(path, 'a')
  const child = spawn('cat', [], { cwd, stdio: ['pipe', out, 'ignore'] })
  closeSync(out)
  children.push(child)
  return child
}

const linesOf = (name: string): string[] => fixtureText(name).trimEnd().split('\n')
const text = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('')

/** Every lane after a full look, by key; each fact is one that the hub would accept. */
async function lanes(): Promise<Record<string, LaneFact>> {
  const look = await collector.look(null, stopped.signal)
  expect(look.state).toBe('ok')
  return byKey(look.drafts)
}

const byKey = (drafts: Awaited<ReturnType<LanesCollector['look']>>['drafts']) =>
  Object.fromEntries(
    drafts.map(({ key, value }) => [key, value === null ? null : LaneFact.parse(value)]),
  ) as Record<string, LaneFact>

describe('lanes on a host', () => {
  it('[B05] follows a run from its first line to its end', async () => {
    const path = log('build-cache.jsonl')
    const child = writer(path)
    const lines = linesOf('codex/ok')
    const say = async (some: readonly string[]) => {
      const before = existsSync(path) ? readFileSync(path).length : 0
      child.stdin?.write(text(some))
      await eventually('the log grows', () => readFileSync(path).length > before)
    }
    expect(await lanes()).toEqual({})
    await say(lines.slice(0, 1))
    expect((await lanes())[OK]).toMatchObject({
      name: 'build-cache',
      engine: 'codex',
      status: 'starting',
      pid: child.pid,
      log: path,
      rollout: null,
      startedAt: 0x01a1fb3bb729,
    })
    await say(lines.slice(1, 5))
    const working = (await lanes())[OK]
    expect(working).toMatchObject({
      status: 'working',
      result: 'none',
      lastMessage: 'Writing the file.',
    })
    expect(working?.currentCommand).toContain('git commit')
    expect(working?.pidStart).toMatch(/^\d+$/)
    await say(lines.slice(5))
    expect((await lanes())[OK]).toMatchObject({
      status: 'ended',
      result: 'claimed',
      lastExit: 0,
      tokens: 2500,
      currentCommand: null,
    })
  })

  it('[M06] tells a run that was killed from one that thinks, by its process and its output', async () => {
    const path = log('slow.jsonl')
    const child = writer(path)
    child.stdin?.write(text(linesOf('codex/think').slice(0, 3)))
    await eventually('the log is there', () => readFileSync(path, 'utf8').split('\n').length > 3)
    clock = () => Date.now() + 10_000
    const [key = ''] = Object.keys(await lanes())
    expect((await lanes())[key]?.status).toBe('thinking')
    clock = () => Date.now() + 400_000
    expect((await lanes())[key]).toMatchObject({ status: 'stalled', pid: child.pid })
    await killed(child)
    expect((await lanes())[key]).toMatchObject({ status: 'ended', result: 'crashed', pid: null })
  })

  it('takes the writer lock for the engine’s own word, and an orphan with the log open for none', async () => {
    const path = log('held.jsonl')
    writer(path).stdin?.write(text(linesOf('codex/sigkill_native')))
    await eventually('the log is there', () => readFileSync(path, 'utf8').split('\n').length > 3)
    const lock = join(codexHome(), 'thread-writer-locks', `${KILLED}.lock`)
    const holder = spawn('flock', ['-o', lock, 'sleep', '600'], { stdio: 'ignore', detached: true })
    children.push(holder)
    clock = () => Date.now() + 10_000
    const held = await eventually('the lock is held', async () => {
      const lane = (await lanes())[KILLED]
      return lane?.pid === holder.pid ? lane : null
    })
    expect(held).toMatchObject({ status: 'working', pid: holder.pid })
    process.kill(-(holder.pid ?? 0), 'SIGKILL')
    await killed(holder)
    expect(existsSync(lock)).toBe(true)
    expect((await lanes())[KILLED]).toMatchObject({ status: 'ended', result: 'crashed', pid: null })
  })

  it('[B16] tells what a live lane may do unasked, and no longer when it is over', async () => {
    const path = log('bold.jsonl')
    const out = openSync(path, 'a')
    const args = ['-c', 'cat', 'exec', '--json', '--dangerously-bypass-approvals-and-sandbox', '-']
    const child = spawn('/bin/sh', args, { argv0: 'codex', stdio: ['pipe', out, 'ignore'] })
    closeSync(out)
    children.push(child)
    child.stdin?.write(text(linesOf('codex/ok').slice(0, 3)))
    await eventually('the log is there', () => readFileSync(path, 'utf8').split('\n').length > 3)
    expect((await lanes())[OK]?.risk).toEqual({ flags: ['--yolo'], reach: 'host' })
    // Its session file says the same in its own way.
    writeFileSync(rollout(OK), text(linesOf('codex/ok.rollout').slice(0, 8)))
    const both = ['--yolo', 'sandbox danger-full-access', 'approvals never']
    expect((await lanes())[OK]?.risk).toEqual({ flags: both, reach: 'host' })
    child.stdin?.end()
    await once(child, 'exit')
    clock = () => Date.now() + 10_000
    expect((await lanes())[OK]).toMatchObject({ pid: null, risk: null })
  })

  it('is one lane for the logs and the session file of one thread', async () => {
    await copyFile(fixture('codex/ok'), log('first.jsonl'))
    await copyFile(fixture('codex/resume_ok'), log('again.jsonl'))
    await utimes(log('first.jsonl'), 1_000, 1_000)
    await copyFile(fixture('codex/ok.rollout'), rollout(OK))
    const all = await lanes()
    expect(Object.keys(all)).toEqual([OK])
    expect(all[OK]).toMatchObject({
      name: 'again',
      log: log('again.jsonl'),
      rollout: rollout(OK),
      model: 'gpt-5.5',
      cwd: '/srv/factory/lanes/ok',
      tokens: 5000,
      startedAt: Date.parse('2026-11-20T23:12:37.170Z'),
    })
  })

  it('finds the session file of a logged thread, however old it is', async () => {
    await copyFile(fixture('codex/limit429'), log('limit.jsonl'))
    const id = '01a1fb38-f9d4-7400-988f-f83234465483'
    await copyFile(fixture('codex/limit429.rollout'), rollout(id))
    await utimes(rollout(id), 1_000, 1_000)
    await copyFile(fixture('codex/noop.rollout'), rollout('01a1fb38-e684-7f40-948c-389f18872c7f'))
    await utimes(rollout('01a1fb38-e684-7f40-948c-389f18872c7f'), 1_000, 1_000)
    await lanes()
    const all = await lanes()
    expect(Object.keys(all)).toEqual([id])
    expect(all[id]).toMatchObject({
      status: 'quota',
      rollout: rollout(id),
      resetAt: Date.UTC(2026, 10, 21, 1, 9),
    })
  })

  it('reads Claude logs and transcripts as one lane', async () => {
    const id = '989d5c37-15cf-4ce0-a08e-829070019785'
    await copyFile(fixture('claude/ok'), log('review.jsonl'))
    await copyFile(
      fixture('claude/ok.transcript'),
      join(dir, 'claude/projects/-srv-x', `${id}.jsonl`),
    )
    await copyFile(
      fixture('claude/ok.transcript'),
      join(dir, 'claude/projects/-srv-x/agent-1.jsonl'),
    )
    expect(await lanes()).toMatchObject({
      [id]: { engine: 'claude', status: 'ended', result: 'claimed', tokens: 340, lastExit: 1 },
    })
  })

  it('keys a run by its log until it tells its thread, and then by that alone', async () => {
    const path = log('early.jsonl')
    writeFileSync(path, '{"type":"turn.started"}\n')
    expect(Object.keys(await lanes())).toEqual([path])
    appendFileSync(path, text(linesOf('codex/ok').slice(0, 2)))
    const look = await collector.look(new Set([path]), stopped.signal)
    expect(look.extent).toBe('some')
    expect(byKey(look.drafts)).toMatchObject({ [path]: null, [OK]: { name: 'early' } })
    expect(Object.keys(await lanes())).toEqual([OK])
  })

  it('names its evidence, and says when it could not look', async () => {
    const work = join(dir, 'work')
    execFileSync('git', ['init', '-qb', 'main', work])
    const now = new Date().toISOString()
    const session = fixtureText('codex/ok.rollout')
      .replaceAll('/srv/factory/lanes/ok', work)
      .replaceAll(/2026-11-20T23:12:3\d\.\d+Z/g, now)
      .replace(/"git":\{[^}]*\}/, '"git":{}')
    writeFileSync(rollout(OK), session)
    const [before] = Object.values(await lanes())
    expect(before?.why.join()).toMatch(/not checked: git in/)
    const who = ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.invalid']
    execFileSync('git', ['-C', work, ...who, 'commit', '-q', '--allow-empty', '-m', 'mine'])
    clock = () => Date.now() + 61_000
    const [after] = Object.values(await lanes())
    const sha = execFileSync('git', ['-C', work, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
    expect(after).toMatchObject({
      status: 'ended',
      result: 'local',
      evidence: [{ kind: 'commit', ref: sha }],
    })
  })

  it('[M06] tells of no ended lane before its work was looked at, however many there are', async () => {
    const work = join(dir, 'work')
    execFileSync('git', ['init', '-qb', 'main', work])
    const ids = Array.from({ length: 40 }, (_, n) => OK.replace(/..$/, String(n).padStart(2, '0')))
    for (const id of ids) {
      const session = fixtureText('codex/ok.rollout').replaceAll('/srv/factory/lanes/ok', work)
      writeFileSync(rollout(id), session.replaceAll(OK, id))
    }
    let pokes = 0
    await collector.watch?.(() => {
      pokes += 1
    }, stopped.signal)
    const told = new Map<string, LaneFact>()
    let hints: ReadonlySet<string> | null = null
    do {
      pokes = 0
      const look = await collector.look(hints, stopped.signal)
      for (const [key, lane] of Object.entries(byKey(look.drafts))) if (lane) told.set(key, lane)
      expect([...told.values()].filter(lane => lane.why.join().includes('yet'))).toEqual([])
      hints = new Set([''])
    } while (pokes > 0)
    expect([...told.keys()].sort()).toEqual(ids)
  })
})

describe('files that change under the collector', () => {
  const path = () => log('lane.jsonl')
  const only = async () => Object.values(await lanes())[0]

  it('reads only what grew, and no line before it is whole', async () => {
    const [first = '', ...rest] = linesOf('codex/fail')
    writeFileSync(path(), `${first}\n${rest[0]}\n${rest[1]?.slice(0, 50)}`)
    expect(await only()).toMatchObject({ lastCommand: null, skipped: 0 })
    appendFileSync(path(), `${rest[1]?.slice(50)}\n${text(rest.slice(2))}`)
    expect(await only()).toMatchObject({ lastExit: 3, skipped: 0, tokens: 2500 })
  })

  it('starts anew when a log is truncated, replaced, or written over', async () => {
    await copyFile(fixture('codex/fail'), path())
    expect(await only()).toMatchObject({ lastExit: 3 })
    await truncate(path(), 0)
    expect(await lanes()).toEqual({})
    await copyFile(fixture('codex/ok'), path())
    expect(await only()).toMatchObject({ threadId: OK, lastExit: 0 })
    await copyFile(fixture('codex/noop'), log('other.tmp'))
    await rename(log('other.tmp'), path())
    expect(await only()).toMatchObject({ lastMessage: 'I have nothing to do.', lastExit: null })
    // Longer than before and by another run: only its beginning tells.
    await copyFile(fixture('codex/resume_ok'), path())
    expect(await only()).toMatchObject({ threadId: OK, lastExit: 1 })
  })

  it('lets a lane go with its last file', async () => {
    await copyFile(fixture('codex/ok'), path())
    await copyFile(fixture('codex/ok.rollout'), rollout(OK))
    await lanes()
    await rm(path())
    const look = await collector.look(new Set([path()]), stopped.signal)
    expect(byKey(look.drafts)[OK] ?? null).not.toBeUndefined()
    expect((await lanes())[OK]).toMatchObject({ log: null, rollout: rollout(OK) })
    await rm(rollout(OK))
    const gone = await collector.look(new Set([rollout(OK)]), stopped.signal)
    expect(byKey(gone.drafts)).toEqual({ [OK]: null })
  })

  it('[O08] passes over the middle of a huge log, and says so', async () => {
    const [head = '', begun = '', ...rest] = linesOf('codex/ok')
    const filler = `{"type":"item.completed","item":{"id":"item_9","type":"reasoning","text":"${'z'.repeat(1_000)}"}}\n`
    writeFileSync(path(), text([head, begun]) + filler.repeat(12_000) + text(rest))
    const lane = await only()
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
    execFileSync('mkfifo', [log('pipe.jsonl')])
    mkdirSync(log('folder.jsonl'))
    writeFileSync(log('binary.jsonl'), Buffer.alloc(5_000, 200))
    await copyFile(fixture('codex/ok'), path())
    const look = await collector.look(null, stopped.signal)
    expect(look.drafts.map(({ key }) => key)).toEqual([OK])
  })

  it('names a file in which it can read no line', async () => {
    writeFileSync(path(), 'error: unexpected argument\n')
    const look = await collector.look(null, stopped.signal)
    expect(look).toMatchObject({ state: 'ok', drafts: [] })
    expect(look.message).toBe(`no line of ${path()} is of Codex or Claude`)
  })

  it('is absent, with a mend, where no agent ever ran', async () => {
    const nowhere = lanesCollector(
      { logs: [], codexHomes: [join(dir, 'a')], claudeHomes: [join(dir, 'b')] },
      { now: Date.now, home: dir, zone: 'UTC' },
    )
    const look = await nowhere.look(null, stopped.signal)
    expect(look).toMatchObject({ state: 'absent', mend: expect.stringContaining('lanes.logs') })
  })
})

describe('watching', () => {
  it('[M06] asks for the writer of a new log, and again once it has ended, long before the re-scan', async () => {
    const hints = new Set<string>()
    void collector.watch?.(hint => hints.add(hint), stopped.signal)
    await lanes()
    const child = writer(log('brief-life.jsonl'))
    child.stdin?.write(text(linesOf('codex/think').slice(0, 3)))
    let seen: LaneFact | undefined
    const untilTold = (what: string, expected: Partial<LaneFact>) =>
      eventually(what, async () => {
        const some = new Set(hints)
        hints.clear()
        if (some.size === 0) return false
        const look = await collector.look(some, stopped.signal)
        seen = Object.values(byKey(look.drafts)).find(lane => lane !== null) ?? seen
        expect(seen).toMatchObject(expected)
        return true
      })
    await untilTold('its writer', { status: 'thinking', pid: child.pid ?? 0 })
    await killed(child)
    await untilTold('its end', { status: 'ended', result: 'crashed', pid: null })
  })

  it('pokes for what grows and for what is new, in directories that are new too', async () => {
    const hints = new Set<string>()
    void collector.watch?.(hint => hints.add(hint), stopped.signal)
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
      const look = await collector.look(some, stopped.signal)
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
    await lanes()
    writeFileSync(join(dir, 'lanes/notes.txt'), 'x')
    const look = await collector.look(
      new Set([join(dir, 'lanes/notes.txt'), '/etc/passwd']),
      stopped.signal,
    )
    expect(look).toMatchObject({ state: 'ok', extent: 'some', drafts: [] })
  })
})

describe('the detail view', () => {
  it('reads the file of a lane, and of nothing else', async () => {
    await copyFile(fixture('codex/ok'), log('lane.jsonl'))
    await lanes()
    const window = await collector.window(OK, null, 100_000)
    expect(window).toMatchObject({ path: log('lane.jsonl'), from: 0 })
    expect(window.lines).toEqual(linesOf('codex/ok'))
    await expect(collector.window('/etc/passwd', 0, 100)).rejects.toThrow(/there is no lane/)
    expect(dirname(window.path)).toBe(join(dir, 'lanes'))
  })
})
